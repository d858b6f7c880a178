/* The flow editor of a page: reads `<script type="application/json" id="editor-data">` and draws into `#editor`. */
import { start } from "./page/start.js";

const data = document.getElementById("editor-data");
const host = document.getElementById("editor");
if (data && host) start(host, JSON.parse(data.textContent));
