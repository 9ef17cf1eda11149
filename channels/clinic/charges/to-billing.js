// One line for each transaction: account, record number, date of service, code, quantity, amount, diagnosis, control id.
const account = msg.get('PID-18.1');
const mrn = msg.get('PID-3.1');
const controlId = msg.get('MSH-10');
let lines = '';

for (const transaction of msg.all('FT1')) {
  lines += csvLine([
    account,
    mrn,
    isoDate(transaction.get('4.1') || transaction.get('4')),
    transaction.get('25.1') || transaction.get('7.1'),
    transaction.get('10') || '1',
    transaction.get('11.1'),
    transaction.get('19.1'),
    controlId,
  ]);
}

if (lines === '') {
  throw new Error('the message holds no FT1 segment');
}

msg = lines;
