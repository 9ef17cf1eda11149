using ChannelHost.Import.Drafts;

namespace ChannelHost.Import.Connectors;

/// <summary>Document Writer: <c>files</c> with the HTML that the documents were made of.</summary>
internal sealed class DocumentWriter : IConnectorConversion
{
    public string PropertiesClass => "DocumentDispatcherProperties";

    public void Convert(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        var kind = properties.Word("documentType") is { Length: > 0 } word ? word.ToUpperInvariant() : "PDF";
        FilePlace.Convert(draft, isSource: false);
        if (draft.Yaml.Text("file") is { } file)
        {
            draft.Yaml.Set("file", WithoutEnding(file) + ".html", properties.Find("outputPattern"));
        }

        draft.Yaml.Set("exists", "replace");
        draft.Content("template");
        draft.Decide(
            properties.Find("documentType"),
            $"{kind} documents were made of HTML: here the HTML itself is written, as .html. When HTML will do, nothing is missing; else a program that watches the folder has to make {kind} of it");
        draft.Await($"{kind} documents");
        if (properties.Word("output") is "ATTACHMENT" or "BOTH")
        {
            draft.Decide(properties.Find("output"), "the document was kept as an attachment of the message, too; here it is only written");
        }

        if (properties.Flag("encrypt"))
        {
            draft.Decide(properties.Find("encrypt"), "documents were encrypted with a password; files written here are not");
            draft.Secret("password", "password");
        }

        properties.Skip("password", "pageWidth", "pageHeight", "pageUnit", "documentType", "output", "encrypt");
    }

    private static string WithoutEnding(string file)
    {
        var dot = file.LastIndexOf('.');
        return dot > file.LastIndexOf('/') && dot > file.LastIndexOf('}') ? file[..dot] : file;
    }
}
