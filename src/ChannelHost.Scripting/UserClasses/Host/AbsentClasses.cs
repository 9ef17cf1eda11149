using Jint.Native;

namespace ChannelHost.Scripting.UserClasses.Host;

/// <summary>Classes that this host has not: each call says so, and what there is instead.</summary>
internal static class AbsentClasses
{
    private const string NoKeys = "is not available here: scripts do not get the host's keys. Use javax.crypto with a key of your own.";
    private const string NoDicom = "is not available here: this host reads no DICOM.";

    /// <summary><c>EncryptionUtil</c>.</summary>
    public static readonly UserClass Encryption = new UserClassBuilder<object>(Packages.Server, "EncryptionUtil")
        .Static("encrypt", static call => throw call.Error(NoKeys))
        .Static("decrypt", static call => throw call.Error(NoKeys))
        .Build();

    /// <summary><c>DICOMUtil</c>.</summary>
    public static readonly UserClass Dicom = Names(
        "getDICOMRawData", "getDICOMRawBytes", "getDICOMMessage", "convertDICOM", "convertDICOMToByteArray", "getSliceCount", "mergeHeaderAttachments", "mergeHeaderPixelData",
        "byteArrayToDicomObject", "dicomObjectToByteArray");

    /// <summary><c>AttachmentEntry</c>: an attachment of a mail.</summary>
    public static readonly UserClass Entry = new UserClassBuilder<AttachmentState>(Packages.Shared, "AttachmentEntry")
        .Property("Name", static (state, call) => call.Run.Text(state.Id), static (state, call) => state.Id = call.Text(0))
        .Property("Content", static (state, call) => call.Run.Text(Values.HostBytes.Text(state.Content)), static (state, call) => state.Content = call.Bytes(0))
        .Property("MimeType", static (state, call) => call.Run.Text(state.Type), static (state, call) => state.Type = call.Text(0))
        .Constructor(static call => call.Count == 0
            ? new AttachmentState()
            : new AttachmentState { Id = call.Text(0), Content = call.Bytes(1), Type = call.TextOrNull(2) ?? "" })
        .Build();

    private static UserClass Names(params string[] names)
    {
        var builder = new UserClassBuilder<object>(Packages.Server, "DICOMUtil");
        foreach (var name in names)
        {
            builder.Static(name, static JsValue (call) => throw call.Error(NoDicom));
        }

        return builder.Build();
    }
}
