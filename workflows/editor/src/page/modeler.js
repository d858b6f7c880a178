/* bpmn-js as the page uses it: Chinese, the house's palette and checks, simulation and minimap; on a phone it is only looked at. */
import Modeler from "bpmn-js/lib/Modeler";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import TokenSimulationModule from "bpmn-js-token-simulation";
import minimapModule from "diagram-js-minimap";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";

import { lintConfig } from "../check/rules.js";
import { lintingModule } from "../check/linting.js";
import { arrangingModule } from "../modeling/arrange.js";
import { Writer } from "../modeling/extensions.js";
import { paletteModule } from "../modeling/palette.js";
import { wordsModule } from "../words.js";

/** A canvas in `container`; `house.afterPut` is told of what the keyboard put in. */
export function makeModeler(container, { readonly, house }) {
  const shared = { container, moddleExtensions: { zeebe }, textRenderer: { defaultStyle: FONT, externalStyle: FONT } };
  if (readonly) return new NavigatedViewer({ ...shared, additionalModules: [wordsModule] });
  const modeler = new Modeler({
    ...shared,
    additionalModules: [
      wordsModule,
      TokenSimulationModule,
      minimapModule,
      lintingModule,
      arrangingModule,
      paletteModule,
      { house: ["value", house] },
    ],
    linting: { active: true, bpmnlint: lintConfig },
  });
  house.modeler = modeler;
  house.writer = new Writer(modeler);
  return modeler;
}

const FONT = { fontFamily: '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif', fontSize: 13, lineHeight: 1.3 };
