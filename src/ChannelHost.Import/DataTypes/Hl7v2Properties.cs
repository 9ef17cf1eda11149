using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.DataTypes;

/// <summary>The properties of HL7 v2 as settings: read as leniently and written as literally as there.</summary>
internal sealed class Hl7v2Properties(ChannelDraft draft)
{
    /// <summary>Sets what differs from our defaults.</summary>
    public void Convert(ExportElement? properties, YamlBlock block, string? charset)
    {
        // Segments are written as they stand in the tree, without escapes, and fragments are taken.
        block.Set("requireHeader", false).Set("fieldOrder", "tree").Set("lineBreaks", "keep").Set("oddities", true).Set("acknowledgments", "mirth");
        if (charset is not null)
        {
            block.Set("charset", charset);
        }

        block.Set("charsetFromMessage", false);
        Read(properties?.Find("serializationProperties"), block);
        Write(properties?.Find("deserializationProperties"), block);
        Answer(properties?.Find("responseGenerationProperties"), block);
        Validate(properties?.Find("responseValidationProperties"), block);
    }

    private void Read(ExportElement? reading, YamlBlock block)
    {
        if (reading is null)
        {
            return;
        }

        if (!reading.Flag("handleRepetitions", otherwise: true))
        {
            block.Set("repetitions", false, reading.Find("handleRepetitions"));
        }

        if (!reading.Flag("handleSubcomponents", otherwise: true))
        {
            block.Set("subcomponents", false, reading.Find("handleSubcomponents"));
        }

        if (reading.Flag("useStrictParser"))
        {
            draft.Refuse(reading.Find("useStrictParser"), "the strict HL7 parser, which names parts by data types (PID.3/CX.1), is not there: scripts find the parts as the other parser names them (PID.3/PID.3.1)");
        }

        if (reading.Flag("useStrictValidation") && reading.Flag("useStrictParser"))
        {
            draft.Decide(reading.Find("useStrictValidation"), "messages were checked against the HL7 standard; they are not here");
        }

        reading.Skip("useStrictValidation", "stripNamespaces");
        if (reading.Value("segmentDelimiter") is { Length: > 0 } delimiter && DelimiterText.Read(delimiter) is not ("\r" or "\n" or "\r\n"))
        {
            draft.Refuse(reading.Find("segmentDelimiter"), $"segments that end with {Shown(delimiter)}: only CR, LF and CRLF are read");
        }

        if (!reading.Flag("convertLineBreaks", otherwise: true))
        {
            draft.Note(reading.Find("convertLineBreaks"), "line breaks were not converted; here CR, LF and CRLF all end a segment");
        }
    }

    private void Write(ExportElement? writing, YamlBlock block)
    {
        var delimiter = writing?.Value("segmentDelimiter") is { Length: > 0 } text ? DelimiterText.Read(text) : "\r";
        block.Set("segmentEnd", delimiter switch { "\r" => "cr", "\n" => "lf", "\r\n" => "crlf", _ => "cr" }, writing?.Find("segmentDelimiter"));
        if (delimiter is not ("\r" or "\n" or "\r\n"))
        {
            draft.Refuse(writing!.Find("segmentDelimiter"), $"segments that end with {Shown(delimiter)} cannot be written");
        }

        if (writing?.Flag("useStrictParser") == true)
        {
            draft.Refuse(writing.Find("useStrictParser"), "the strict HL7 parser is not there: messages are written as the other parser writes them");
        }

        writing?.Skip("useStrictValidation");
    }

    private void Answer(ExportElement? answers, YamlBlock block)
    {
        if (answers is null)
        {
            return;
        }

        Expect(answers, "segmentDelimiter", "\\r");
        Set("successfulACKCode", "successCode", "AA");
        Set("successfulACKMessage", "successText", "");
        Set("errorACKCode", "errorCode", "AE");
        Set("errorACKMessage", "errorText", "An Error Occurred Processing Message.");
        Set("rejectedACKCode", "rejectCode", "AR");
        Set("rejectedACKMessage", "rejectText", "Message Rejected.");
        Set("msh15ACKAccept", "honourMsh15", "false");
        Set("dateFormat", "acknowledgmentTime", "yyyyMMddHHmmss.SSS");

        void Set(string setting, string key, string usual)
        {
            if (answers.Find(setting) is not { } found || found.Text.Trim() == usual)
            {
                return;
            }

            if (found.Text.Contains("${", StringComparison.Ordinal))
            {
                draft.Decide(found, $"acknowledgments: {setting} was filled in for each message ({ConnectorDraft.Short(found.Text.Trim())}); here it is fixed, {Shown(usual)}");
            }
            else
            {
                block.Set(key, found.Text.Trim(), found);
            }
        }
    }

    private void Validate(ExportElement? validation, YamlBlock block)
    {
        if (validation is null)
        {
            return;
        }

        Expect(validation, "successfulACKCode", "AA,CA");
        Expect(validation, "errorACKCode", "AE,CE");
        Expect(validation, "rejectedACKCode", "AR,CR");
        Expect(validation, "originalMessageControlId", "Destination_Encoded");
        Expect(validation, "originalIdMapVariable", "");
        if (!validation.Flag("validateMessageControlId", otherwise: true))
        {
            block.Set("checkControlId", false, validation.Find("validateMessageControlId"));
        }
    }

    private void Expect(ExportElement group, string name, string usual)
    {
        if (group.Find(name) is { } setting && setting.Text.Trim() != usual)
        {
            draft.Decide(setting, $"acknowledgments: {name} was {Shown(setting.Text.Trim())} and is {Shown(usual)} here");
        }
    }

    private static string Shown(string text) => text.Length == 0 ? "empty" : $"'{text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}'";
}
