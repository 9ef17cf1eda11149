if (msg.encoding && msg.encoding.toLowerCase() !== 'base64') {
  throw new Error('documents must be base64 (OBX-5.4), not ' + msg.encoding);
}

// Order numbers may hold slashes and blanks; file names had better not.
channelMap.put('fileName', msg.name.replace(/[^A-Za-z0-9._-]/g, '_'));
msg = msg.data;
