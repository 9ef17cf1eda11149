// Each embedded document (OBX-2 = ED, base64 in OBX-5.5) goes to clinic/lab-documents, which writes one file for it.
const extensions = { PDF: 'pdf', RTF: 'rtf', JPEG: 'jpg', PNG: 'png', TIFF: 'tif', XML: 'xml' };
const order = msg.get('OBR-3.1') || msg.get('OBR-2.1') || msg.get('MSH-10');
let number = 0;

for (const obx of msg.all('OBX')) {
  if (obx.get('2') !== 'ED') {
    continue;
  }

  number++;
  const subtype = (obx.get('5.3') || obx.get('5.2') || '').toUpperCase();
  try {
    router.routeMessage('lab-documents', JSON.stringify({
      name: order + '-' + number + '.' + (extensions[subtype] || 'bin'),
      encoding: obx.get('5.4'),
      data: obx.get('5.5'),
    }));
  } catch (error) {
    // The other channel is stopped or its disk is full: this message waits and is tried again. Documents already written are written over, not twice.
    return { status: 'QUEUED', error: String(error.message) };
  }
}

return { status: 'SENT', message: number + ' documents' };
