"use strict";
const form = document.querySelector("form");
const report = document.getElementById("report");
const letter = (place) => "ABCDE"[place];

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const questions = [...form.querySelectorAll("fieldset")];
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
  heading.textContent = `${answered.length - wrong.length} of ${answered.length} right${open ? `, ${open} not answered` : ""}`;
  report.replaceChildren(heading, ...(wrong.length ? [list] : []));
  report.focus();
});

form.addEventListener("reset", () => {
  report.replaceChildren();
  for (const verdict of form.querySelectorAll(".verdict")) verdict.hidden = true;
  for (const question of form.querySelectorAll("fieldset")) question.className = "";
  form.querySelector("input").focus();
});

/** Say under a question that is answered what the answer reveals; whether it is right. */
function mark(question) {
  const right = Number(question.dataset.right);
  const labels = [...question.querySelectorAll("label")];
  const chosen = labels.findIndex((label) => label.querySelector("input").checked);
  const isRight = chosen === right;
  const { reveals } = labels[chosen].dataset;
  const verdict = question.querySelector(".verdict");
  verdict.textContent = isRight
    ? `Right. ${reveals}`
    : `${letter(chosen)} is not right; ${letter(right)} is. ${reveals} Read ${question.dataset.read}.`;
  verdict.hidden = false;
  question.className = isRight ? "right" : "wrong";
  return isRight;
}
