// A form that the record system could not use is turned down at once, and the portal is told what is missing: never a value of the form.
const missing = [];
if (!msg.formId) missing.push('formId');
if (!msg.patient || !msg.patient.mrn) missing.push('patient.mrn');
if (!Array.isArray(msg.answers) || msg.answers.length === 0) missing.push('answers');

if (missing.length > 0) {
  responseMap.put('http.body', JSON.stringify({ messageId: messageId, status: 'refused', missing: missing }));
  throw new Error('the form lacks ' + missing.join(', '));
}
