"""A pattern's tree to a small program, and the machine that runs it.

The machine backtracks as Perl's does (same priorities, same groups), but remembers every (step, position) it has
been at: what failed once fails again, so a match costs at most program size × text length. A pattern with
backreferences can fail for other reasons the second time, so there nothing is remembered and only the cap holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ..values import Budget, LimitReached
from .syntax import Anchor, Backreference, Choice, Group, One, PatternError, Predicate, Repeat, Sequence, Tree

MAX_PROGRAM: Final = 2_000
MAX_TEXT: Final = 10_000
MAX_STEPS: Final = 60_000

CHARACTER, SPLIT, JUMP, SAVE, ANCHOR, BACKREFERENCE, MATCH = range(7)

Spans = list[tuple[int, int] | None]


@dataclass(slots=True)
class Instruction:
    """One step: what to do, and one or two numbers (targets, in order of preference; a group's slot)."""

    kind: int
    first: int = 0
    second: int = 0
    accepts: Predicate | None = None


def compile_program(tree: Tree, groups: int, flags: frozenset[str]) -> Pattern:
    """The pattern ready to run. Raises `PatternError` where its program would be too long."""
    program: list[Instruction] = []
    _Compiler(program).emit(tree)
    program.append(Instruction(MATCH))
    return Pattern(program, groups, flags)


class _Compiler:
    def __init__(self, program: list[Instruction]) -> None:
        self.program = program

    def add(self, instruction: Instruction) -> int:
        if len(self.program) >= MAX_PROGRAM:
            raise PatternError
        self.program.append(instruction)
        return len(self.program) - 1

    def emit(self, tree: Tree) -> None:
        match tree:
            case One(accepts):
                self.add(Instruction(CHARACTER, accepts=accepts))
            case Sequence(parts):
                for part in parts:
                    self.emit(part)
            case Choice(options):
                self.choice(options)
            case Group(number, part):
                self.add(Instruction(SAVE, 2 * number))
                self.emit(part)
                self.add(Instruction(SAVE, 2 * number + 1))
            case Anchor(start):
                self.add(Instruction(ANCHOR, int(start)))
            case Backreference(number):
                self.add(Instruction(BACKREFERENCE, number))
            case Repeat():
                self.repeat(tree)

    def choice(self, options: tuple[Tree, ...]) -> None:
        ends = []
        for option in options[:-1]:
            split = self.add(Instruction(SPLIT))
            self.program[split].first = len(self.program)
            self.emit(option)
            ends.append(self.add(Instruction(JUMP)))
            self.program[split].second = len(self.program)
        self.emit(options[-1])
        for end in ends:
            self.program[end].first = len(self.program)

    def split(self, *, lazy: bool) -> int:
        return self.add(Instruction(SPLIT, -1 if lazy else 0))

    def join(self, split: int, into: int, past: int) -> None:
        lazy = self.program[split].first == -1
        self.program[split].first, self.program[split].second = (past, into) if lazy else (into, past)

    def repeat(self, tree: Repeat) -> None:
        for _ in range(tree.least):
            self.emit(tree.part)
        if tree.most is None:
            split = self.split(lazy=tree.lazy)
            self.emit(tree.part)
            self.add(Instruction(JUMP, split))
            self.join(split, split + 1, len(self.program))
            return
        splits = []
        for _ in range(tree.most - tree.least):
            splits.append(self.split(lazy=tree.lazy))
            self.emit(tree.part)
        for split in splits:
            self.join(split, split + 1, len(self.program))


class Pattern:
    """A compiled pattern. Its methods raise `LimitReached` where a text is too long or the work too much."""

    def __init__(self, program: list[Instruction], groups: int, flags: frozenset[str]) -> None:
        self.program = program
        self.groups = groups
        self.multiline = "m" in flags
        self.fold = "i" in flags
        self.remembers = all(instruction.kind != BACKREFERENCE for instruction in program)

    def search(self, text: str, start: int, budget: Budget) -> Spans | None:
        """The spans of the leftmost match from `start` on: the whole match, then the groups (None = not part of it)."""
        if len(text) > MAX_TEXT:
            raise LimitReached
        visited: set[int] = set()
        work = [MAX_STEPS]
        try:
            for position in range(start, len(text) + 1):
                found = self._run(text, position, visited, work)
                if found is not None:
                    return found
            return None
        finally:
            budget.spend((MAX_STEPS - max(work[0], 0)) // 4)

    def _run(self, text: str, start: int, visited: set[int], work: list[int]) -> Spans | None:
        program, size, remembers = self.program, len(self.program), self.remembers
        slots: tuple[int, ...] = (-1,) * (2 * self.groups + 2)
        stack: list[tuple[int, int, tuple[int, ...]]] = [(0, start, slots)]
        steps = work[0]
        while stack:
            at, position, slots = stack.pop()
            while True:
                steps -= 1
                if steps < 0:
                    work[0] = 0
                    raise LimitReached
                if remembers:
                    key = position * size + at
                    if key in visited:
                        break
                    visited.add(key)
                instruction = program[at]
                kind = instruction.kind
                if kind == CHARACTER:
                    accepts = instruction.accepts
                    if position >= len(text) or accepts is None or not accepts(text[position]):
                        break
                    position += 1
                    at += 1
                elif kind == SPLIT:
                    stack.append((instruction.second, position, slots))
                    at = instruction.first
                elif kind == JUMP:
                    at = instruction.first
                elif kind == SAVE:
                    slots = (*slots[: instruction.first], position, *slots[instruction.first + 1 :])
                    at += 1
                elif kind == ANCHOR:
                    if not self._anchored(text, position, start=bool(instruction.first)):
                        break
                    at += 1
                elif kind == BACKREFERENCE:
                    end = self._repeats(text, position, slots, instruction.first)
                    if end is None:
                        break
                    position = end
                    at += 1
                else:
                    work[0] = steps
                    pairs = zip(slots[2::2], slots[3::2], strict=True)
                    return [(start, position), *(pair if min(pair) >= 0 else None for pair in pairs)]
        work[0] = steps
        return None

    def _anchored(self, text: str, position: int, *, start: bool) -> bool:
        if start:
            return position == 0 or (self.multiline and text[position - 1] == "\n" and position < len(text))
        return position == len(text) or (self.multiline and text[position] == "\n")

    def _repeats(self, text: str, position: int, slots: tuple[int, ...], group: int) -> int | None:
        start, end = slots[2 * group], slots[2 * group + 1]
        if start < 0 or end < 0:
            return position  # a group that took no part counts as empty (F&O 3.1, 5.6.1)
        wanted, found = text[start:end], text[position : position + end - start]
        if wanted == found or (self.fold and wanted.casefold() == found.casefold()):
            return position + end - start
        return None

    def all(self, text: str, budget: Budget) -> Iterator[Spans]:
        """All matches from left to right without overlap."""
        at = 0
        while at <= len(text):
            found = self.search(text, at, budget)
            if found is None:
                return
            yield found
            start, end = found[0] or (at, at)
            at = end if end > start else end + 1

    def replace(self, text: str, replacement: str, literal: bool, budget: Budget) -> str | None:
        """Every match exchanged; None where the replacement has a stray `$` or backslash."""
        template = [replacement] if literal else self._template(replacement)
        if template is None:
            return None
        pieces: list[str] = []
        at = 0
        for spans in self.all(text, budget):
            start, end = spans[0] or (at, at)
            pieces.append(text[at:start])
            for part in template:
                if isinstance(part, str):
                    pieces.append(part)
                elif part < len(spans) and (span := spans[part]) is not None:
                    pieces.append(text[slice(*span)])
            at = end
            budget.text(sum(map(len, pieces[-2 - len(template) :])))
        pieces.append(text[at:])
        result = "".join(pieces)
        budget.text(len(result))
        return result

    def _template(self, replacement: str) -> list[str | int] | None:
        parts: list[str | int] = []
        at = 0
        while at < len(replacement):
            character = replacement[at]
            following = replacement[at + 1 : at + 2]
            at += 1
            if character == "\\":
                if following not in ("\\", "$"):
                    return None
                parts.append(following)
                at += 1
            elif character == "$":
                if not following.isdecimal():
                    return None
                number = int(following)
                at += 1
                while replacement[at : at + 1].isdecimal() and int(f"{number}{replacement[at]}") <= self.groups:
                    number = int(f"{number}{replacement[at]}")
                    at += 1
                parts.append(number)
            else:
                parts.append(character)
        # Plain text in one piece: it is written once per match.
        return [
            whole
            for is_text, run in groupby(parts, lambda part: isinstance(part, str))
            for whole in (["".join(map(str, run))] if is_text else run)
        ]
