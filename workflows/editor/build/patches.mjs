/* What is changed in other people's sources while they are bundled, text for text. A text that is not there stops the build,
   so an upgrade cannot lose one in silence. Three reasons: words that are not given to their translator, markup whose style
   attribute the content security policy refuses (see markup.mjs), and names of elements put into markup unescaped. */

const say = (text) => "${ $say('" + text + "') }";
const kept = (quoted) => quoted.replaceAll("'", "");

/** A word in quotes becomes a call of the catalogue. */
const quoted = (...texts) => texts.map((text) => [`'${text}'`, `$say('${text}')`]);
/** A word in markup (a template string) becomes a call of the catalogue. */
const marked = (...pairs) => pairs.map(([before, text, after]) => [before + text + after, before + say(text) + after]);

const SIMULATION = "bpmn-js-token-simulation/lib/features/";
const ESCAPE = "import { escapeHTML as $escape } from 'diagram-js/lib/util/EscapeUtil';\n";

const POPUP = "diagram-js/lib/features/popup-menu/";

export const PATCHES = {
  [`${POPUP}PopupMenuComponent.js`]: { texts: quoted("Search", "Results") },
  [`${POPUP}PopupMenuBreadcrumbs.js`]: {
    texts: [
      ['title="Back"', `title=${say("Back")}`],
      ['aria-label="Back"', `aria-label=${say("Back")}`],
    ],
  },
  [`${SIMULATION}log/Log.js`]: {
    head: ESCAPE,
    texts: [
      ...quoted(
        "SubProcess", "Process", "Service Task", "User Task", "Call Activity", "Script Task", "Business Rule Task",
        "Manual Task", "Receive Task", "Send Task", "Task", "Exclusive Gateway", "Parallel Gateway", "Inclusive Gateway",
        "Start Event", "Intermediate Event", "Boundary Event", "End Event",
      ),
      [`'<p class="bts-entry placeholder">No Entries</p>'`, `\`<p class="bts-entry placeholder">${say("No Entries")}</p>\``],
      ...marked(
        ["  ", "Simulation Log", ""],
        ['aria-label="', "Close", '"'],
        ['placeholder">', "No Entries", "</p>"],
        ['title="', "Toggle Simulation Log", '"'],
      ),
      ['title="${ text }">${text}</span>', 'title="${ $escape(text) }">${ $escape(text) }</span>'],
    ],
  },
  [`${SIMULATION}notifications/Notifications.js`]: {
    head: ESCAPE,
    texts: [['title="${ text }">${text}</span>', 'title="${ $escape(text) }">${ $escape(text) }</span>']],
  },
  [`${SIMULATION}element-notifications/ElementNotifications.js`]: { head: ESCAPE, texts: [["${ text }", "${ $escape(text) }"]] },
  [`${SIMULATION}show-scopes/ShowScopes.js`]: {
    texts: [['title="Focus process instance ${scope.id}"', `title="${say("Focus process instance")} \${scope.id}"`]],
  },
  [`${SIMULATION}reset-simulation/ResetSimulation.js`]: {
    texts: [...marked(['title="', "Reset Simulation", '"']), ...quoted("Reset Simulation")],
  },
  [`${SIMULATION}element-support/ElementSupport.js`]: { texts: quoted("Found unsupported elements", "Not supported") },
  [`${SIMULATION}pause-simulation/PauseSimulation.js`]: {
    texts: [...marked(['title="', "Play/Pause Simulation", '"']), ...quoted("Pause Simulation", "Play Simulation")],
  },
  [`${SIMULATION}set-animation-speed/SetAnimationSpeed.js`]: {
    texts: [["Set animation speed = ${ label }", "${ $say('Set animation speed') } ${ $say(label) }"]],
  },
  [`${SIMULATION}context-pads/handler/ExclusiveGatewayHandler.js`]: { texts: marked(['title="', "Set Sequence Flow", '"']) },
  [`${SIMULATION}context-pads/handler/InclusiveGatewayHandler.js`]: { texts: marked(['title="', "Set Sequence Flow", '"']) },
  [`${SIMULATION}context-pads/handler/PauseHandler.js`]: {
    texts: [["${ wait ? 'Remove' : 'Add' } pause point", "${ wait ? $say('Remove pause point') : $say('Add pause point') }"]],
  },
  [`${SIMULATION}context-pads/handler/TriggerHandler.js`]: { texts: marked(['title="', "Trigger Event", '"']) },
  [`${SIMULATION}simulation-state/SimulationState.js`]: { texts: quoted("Finished") },
  [`${SIMULATION}toggle-mode/modeler/ToggleMode.js`]: {
    texts: [["Token Simulation <span", `${say("Token Simulation")} <span`]],
  },
};

/** The words the patches hand to the catalogue, and those a patched text takes from a table of its own. */
export function patchedWords() {
  const words = new Set(["Slow", "Normal", "Fast"]);
  for (const { texts } of Object.values(PATCHES)) {
    for (const [, after] of texts) for (const [, word] of after.matchAll(/\$say\('([^']+)'\)/g)) words.add(kept(word));
  }
  return words;
}

/** The source with its patches; `file` is the path behind `node_modules/`. */
export function patched(file, source) {
  const patch = PATCHES[file];
  if (!patch) return source;
  let text = source;
  for (const [before, after] of patch.texts) {
    if (!text.includes(before)) throw new Error(`${file} no longer says: ${before}`);
    text = text.replaceAll(before, after);
  }
  return `import { say as $say } from 'sangong:words';\n${patch.head ?? ""}${text}`;
}
