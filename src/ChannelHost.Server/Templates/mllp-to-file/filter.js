// Which messages pass: true lets one through, false drops it, and the sender gets a positive answer all the same.
return msg.get('MSH-9.1') === 'ADT';
