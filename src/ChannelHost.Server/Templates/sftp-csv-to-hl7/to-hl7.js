// An ADT^A28 of the row. Delimiters in the values are escaped, so that a name like "O|Brien" stays one name.
const patient = msg.rows[0];
const escapes = { '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '&': '\\T\\', '~': '\\R\\', '\r': '', '\n': ' ' };
const text = value => String(value == null ? '' : value).trim().replace(/[\\|^&~\r\n]/g, found => escapes[found]);
const now = new Date().toISOString().replace(/[-:T]/g, '').slice(0, 14);

msg = [
  ['MSH|^~\\&', 'PMS', 'CLINIC', 'RECEIVER', 'CLINIC', now + '+0000', '', 'ADT^A28^ADT_A05', 'CSV' + messageId, 'P', '2.5'],
  ['EVN', 'A28', now + '+0000'],
  ['PID', '1', '', text(patient.mrn) + '^^^CLINIC^MR', '', text(patient.family) + '^' + text(patient.given), '', text(patient.birthDate).replace(/-/g, ''), text(patient.sex)],
  ['PV1', '1', 'N'],
].map(segment => segment.join('|') + '\r').join('');
