// Rows without a record number are not for the receiver: headings of a second part, sums, empty lines with delimiters.
return msg.rows.length === 1 && (msg.rows[0].mrn || '').trim() !== '';
