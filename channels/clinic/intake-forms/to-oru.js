// One OBX for each answer: a number as NM, everything else as ST.
const patient = msg.patient;
const submitted = hl7Time(new Date(msg.submitted || Date.now()));

const answers = msg.answers.map((answer, at) => hl7Segment('OBX', {
  1: at + 1,
  2: typeof answer.value === 'number' ? 'NM' : 'ST',
  3: [answer.code, answer.question, 'LN'],
  5: answer.value,
  6: answer.unit,
  11: 'F',
  14: submitted,
}));

msg = hl7Message([
  hl7Header(['ORU', 'R01', 'ORU_R01'], 'FORM' + messageId),
  hl7Segment('PID', {
    1: 1,
    3: [patient.mrn, '', '', 'CLINIC', 'MR'],
    5: [patient.family, patient.given],
    7: hl7Date(patient.born),
    8: patient.sex,
  }),
  hl7Segment('OBR', { 1: 1, 3: msg.formId, 4: ['74465-6', 'Questionnaire response', 'LN'], 7: submitted, 25: 'F' }),
  ...answers,
]);
