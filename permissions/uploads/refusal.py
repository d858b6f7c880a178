"""Why a file is not taken, in the words its uploader reads. Several readers of formats refuse for the same reasons."""

from django.utils.translation import gettext as _


class Unacceptable(ValueError):
    """The file cannot be taken. ``str()`` says why and what to do, translated."""


def macros() -> Unacceptable:
    """Code that would run in the reader's office program."""
    return Unacceptable(_("文档里有宏。请另存为不含宏的格式后再上传。"))


def scripted() -> Unacceptable:
    """Scripts, programs to start, forms that send themselves: in a PDF."""
    return Unacceptable(_("PDF 里有脚本或会自动执行的操作。请用“打印为 PDF”另存后再上传。"))


def embedded() -> Unacceptable:
    """A file of any kind inside the document: nobody sees it before it is opened, and it is no material of its own."""
    return Unacceptable(_("文档里嵌有其他文件或控件。请取出后分别上传，再把文档另存一份上传。"))


def fetching() -> Unacceptable:
    """A template or object the office program would fetch from another place when the document is opened."""
    return Unacceptable(_("文档打开时会从别处取内容。请断开外部模板和链接对象，另存后再上传。"))


def locked() -> Unacceptable:
    """With a password or a permission lock nothing of it can be examined."""
    return Unacceptable(_("文件设有密码或权限保护，无法检查。请另存为没有保护的文件后再上传。"))


def swelling() -> Unacceptable:
    """Unfolds to much more than a paper: more parts, more bytes or deeper than anything an office writes."""
    return Unacceptable(_("文件解开后过大或层数过多。请拆分，或另存为 PDF 后再上传。"))


def broken() -> Unacceptable:
    """Not readable to the end."""
    return Unacceptable(_("文件已损坏，无法读完。请用原来的程序打开并另存后再上传。"))
