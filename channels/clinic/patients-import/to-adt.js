// A28 brings a person, A31 changes one. The control id stays the same when the row is sent again.
const patient = msg.rows[0];
const event = channelMap.get('event');

msg = hl7Message([
  hl7Header(['ADT', event, 'ADT_A05'], 'IMP' + messageId),
  hl7Segment('EVN', { 1: event, 2: hl7Time(new Date()) }),
  hl7Segment('PID', {
    1: 1,
    3: [patient.mrn, '', '', 'CLINIC', 'MR'],
    5: [patient.family, patient.given],
    7: hl7Date(patient.born),
    8: patient.sex,
    11: [patient.street, '', patient.city, '', patient.postcode],
    13: patient.phone,
  }),
  hl7Segment('PV1', { 1: 1, 2: 'N' }),
]);
