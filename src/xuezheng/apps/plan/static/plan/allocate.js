/* Adds the shares of the divisions up while they are typed; the server checks them again. */
"use strict";

(() => {
  const output = document.querySelector("[data-plan-sum]");
  const fields = [...document.querySelectorAll("[data-plan-share]")];
  if (!output || !fields.length) return;
  const target = Number(output.dataset.planTarget);
  const show = () => {
    const total = fields.reduce((sum, field) => sum + (Number(field.value) || 0), 0);
    const difference = total - target;
    output.querySelector("[data-plan-total]").textContent = total.toLocaleString("en");
    output.querySelector("[data-plan-difference]").textContent = (difference > 0 ? "+" : "") + difference.toLocaleString("en");
    output.dataset.state = difference === 0 ? "right" : "wrong";
  };
  fields.forEach((field) => field.addEventListener("input", show));
  show();
})();
