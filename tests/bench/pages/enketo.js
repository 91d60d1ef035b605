// Enketo Core as its README uses it: the server has put the transformed form into the page, and the model beside it.
import { Form } from 'enketo-core';

const { model, external } = JSON.parse(document.getElementById('model').content.textContent);
const read = (text) => new DOMParser().parseFromString(text, 'text/xml');
const data = {
  modelStr: model,
  instanceStr: null,
  submitted: false,
  external: external.map(({ id, xml }) => ({ id, xml: read(xml) })),
  session: {},
};
const form = new Form(document.querySelector('form.or'), data, {});
const problems = form.init();
if (problems.length > 0) console.error(problems.join('; '));
// What the bench reads when it checks that an answer was kept.
window.bench = { record: () => form.getDataStr() };
