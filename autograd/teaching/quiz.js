"use strict";
const form = document.querySelector("form");
const report = document.getElementById("report");
const questions = [...form.querySelectorAll("fieldset")];
const key = `autograd quiz ${form.dataset.seed}`;
const letter = (place) => "ABCDE"[place];

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const answered = questions.filter((question) => question.querySelector(":checked"));
  const wrong = answered.filter((question) => !mark(question));
  const list = document.createElement("ul");
  for (const question of wrong) {
    const link = Object.assign(document.createElement("a"), {
      href: `#${question.querySelector(".asks").id}`,
      textContent: `${question.querySelector("h2").textContent}, ${question.dataset.name}`,
    });
    const item = document.createElement("li");
    item.append(link, `: ${question.querySelector(".verdict").textContent}`);
    list.append(item);
  }
  const heading = document.createElement("h2");
  const open = questions.length - answered.length;
  heading.textContent = answered.length
    ? `${answered.length - wrong.length} of ${answered.length} right${open ? `, ${open} not answered` : ""}`
    : "No question is answered.";
  report.replaceChildren(heading, ...(wrong.length ? [list] : []));
  report.focus();
});

form.addEventListener("change", (event) => {
  unmark(event.target.closest("fieldset"));
  report.replaceChildren();
  kept((storage) => storage.setItem(key, JSON.stringify(Object.fromEntries(new FormData(form)))));
});

form.addEventListener("reset", () => {
  questions.forEach(unmark);
  report.replaceChildren();
  kept((storage) => storage.removeItem(key));
  form.querySelector("details").open = false;
  form.querySelector("input").focus();
});

kept((storage) => {
  const answers = JSON.parse(storage.getItem(key) ?? "{}");
  for (const [name, answer] of Object.entries(answers)) form.elements[name].value = answer;
  document.getElementById("kept").hidden = false;
});

/** Use what this browser keeps; one that keeps nothing for a page from disk does without. */
function kept(use) {
  try {
    use(localStorage);
  } catch {}
}

/** A verdict is about the answer that was marked, and no other. */
function unmark(question) {
  question.querySelector(".verdict").hidden = true;
  question.className = "";
}

/** Say under a question that is answered what the answer reveals, and why the right one is; whether it is right. */
function mark(question) {
  const right = Number(question.dataset.right);
  const labels = [...question.querySelectorAll("label")];
  const chosen = labels.findIndex((label) => label.querySelector("input").checked);
  const isRight = chosen === right;
  const why = (place) => labels[place].dataset.reveals;
  const verdict = question.querySelector(".verdict");
  verdict.textContent = isRight
    ? `Right. ${why(right)}`
    : `${letter(chosen)} is not right; ${letter(right)} is.
${letter(chosen)}: ${why(chosen)}
${letter(right)}: ${why(right)}
Read ${question.dataset.read}.`;
  verdict.hidden = false;
  question.className = isRight ? "right" : "wrong";
  return isRight;
}
