// An ADT^A28 of the posted patient. Delimiters in the values are escaped, so that a name like "O|Brien" stays one name.
const escapes = { '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '&': '\\T\\', '~': '\\R\\', '\r': '', '\n': ' ' };
const text = value => String(value == null ? '' : value).trim().replace(/[\\|^&~\r\n]/g, found => escapes[found]);
const now = new Date().toISOString().replace(/[-:T]/g, '').slice(0, 14);

msg = [
  ['MSH|^~\\&', 'WEB', 'CLINIC', 'RECEIVER', 'CLINIC', now + '+0000', '', 'ADT^A28^ADT_A05', 'WEB' + messageId, 'P', '2.5'],
  ['EVN', 'A28', now + '+0000'],
  ['PID', '1', '', text(msg.mrn) + '^^^CLINIC^MR', '', text(msg.family) + '^' + text(msg.given), '', text(msg.birthDate).replace(/-/g, ''), text(msg.sex)],
  ['PV1', '1', 'N'],
].map(segment => segment.join('|') + '\r').join('');
