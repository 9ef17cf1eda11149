using ChannelHost.DataTypes.Hl7v2;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

/// <summary>Public messages of many origins: what goes in comes out, whatever was looked at.</summary>
public sealed class Hl7CorpusTests
{
    [Fact]
    public void EveryMessage_NothingChanged_SameBytes()
    {
        var codec = Hl7.Codec(new Hl7v2Options { RequireHeader = false });

        var different = Corpus.Messages("hl7v2").Where(message => !codec.Parse(message.Bytes).Serialize().Span.SequenceEqual(message.Bytes)).Select(message => message.Name);

        Assert.Empty(different);
    }

    [Fact]
    public void EveryMessage_WholeTreeWalked_SameBytes()
    {
        var codec = Hl7.Codec(new Hl7v2Options { RequireHeader = false, Charset = "iso-8859-1", CharsetFromMessage = false });
        var different = new List<string>();
        foreach (var (name, bytes) in Corpus.Messages("hl7v2"))
        {
            var tree = codec.Parse(bytes);
            Hl7.WalkAll(tree.Root);
            if (!tree.Serialize().Span.SequenceEqual(bytes))
            {
                different.Add(name);
            }
        }

        Assert.Empty(different);
    }

    [Fact]
    public void EveryMessage_WrittenFromItsNodes_SameBytes()
    {
        var codec = Hl7.Codec(new Hl7v2Options { RequireHeader = false, Charset = "iso-8859-1", CharsetFromMessage = false });
        var different = new List<string>();
        foreach (var (name, bytes) in Corpus.Messages("hl7v2"))
        {
            var tree = codec.Parse(bytes);
            foreach (var segment in tree.Root.Children)
            {
                // Out and in again: the segment counts as changed, so the writer joins its fields anew.
                if (segment.Children.Count > 0)
                {
                    var field = segment.Children[^1];
                    segment.Remove(field);
                    segment.Append(field);
                }
            }

            if (!tree.Serialize().Span.SequenceEqual(bytes))
            {
                different.Add(name);
            }
        }

        Assert.Empty(different);
    }

    [Fact]
    public void EveryMessage_OneFieldSet_OnlyThatChanges()
    {
        var codec = Hl7.Codec(new Hl7v2Options { RequireHeader = false });
        var wrong = new List<string>();
        var checkedMessages = 0;
        foreach (var (name, bytes) in Corpus.Messages("hl7v2"))
        {
            var tree = codec.Parse(bytes);
            if (tree.Get("MSH-10") is not { Length: > 0 } || !tree.Serialize().Span.SequenceEqual(bytes))
            {
                continue;
            }

            // The bytes of MSH-10, found without the code under test: the ninth separator after the header's name.
            var start = bytes.AsSpan().IndexOf("MSH"u8);
            var separator = bytes[start + 3];
            for (var i = 0; i < 9; i++)
            {
                start += bytes.AsSpan(start).IndexOf(separator) + 1;
            }

            var length = bytes.AsSpan(start).IndexOfAny(separator, (byte)'\r', (byte)'\n');
            byte[] expected = [.. bytes.AsSpan(0, start), .. "NEW-ID"u8, .. bytes.AsSpan(length < 0 ? bytes.Length : start + length)];

            tree.Set("MSH-10", "NEW-ID");

            checkedMessages++;
            if (!tree.Serialize().Span.SequenceEqual(expected))
            {
                wrong.Add(name);
            }
        }

        Assert.Empty(wrong);
        Assert.True(checkedMessages > 500, $"only {checkedMessages} messages were compared");
    }

    [Fact]
    public void EveryMessage_Described_SameAsByPath()
    {
        var codec = Hl7.Codec();
        var wrong = new List<string>();
        foreach (var (name, bytes) in Corpus.Messages("hl7v2"))
        {
            var described = codec.Describe(bytes);
            string? controlId = null;
            try
            {
                controlId = codec.Parse(bytes).Get("MSH-10");
            }
            catch (MessageFormatException)
            {
                // Told by Describe as null.
            }

            if (described.ControlId != (string.IsNullOrEmpty(controlId) ? null : controlId) && !bytes.AsSpan().StartsWith("FHS"u8) && !bytes.AsSpan().StartsWith("BHS"u8))
            {
                wrong.Add(name);
            }
        }

        Assert.Empty(wrong);
    }
}
