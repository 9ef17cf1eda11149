using System.Text;
using ChannelHost.DataTypes.Hl7v2;
using CsCheck;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

/// <summary>What holds for every message, tried on many that nobody would think of.</summary>
public sealed class Hl7PropertyTests
{
    private static readonly Hl7v2Codec Lenient = Hl7.Codec(new Hl7v2Options { RequireHeader = false, Charset = "iso-8859-1", CharsetFromMessage = false });

    private static readonly Gen<byte[]> Messages = Gen.Select(
        Gen.OneOf(Gen.Const("MSH|^~\\&|A|B"), Gen.Const("MSH#*@!%#A"), Gen.Const("MSH|^~|A"), Gen.Const("MSH|^~&|A"), Gen.Const("FHS|^~\\&#|A"), Gen.Const("junk"), Gen.Const("")),
        Gen.Char["|^~\\&#*@!% \r\n\tPIDOBX1.\"é\u000B\u001C\0"].Array[0, 120]).Select((head, tail) => Encoding.Latin1.GetBytes(head + new string(tail)));

    [Fact]
    [Trait("Row", "S26")]
    public void AnyBytes_ParsedWalkedAndWritten_AreTheSame()
    {
        Gen.OneOf(Messages, Gen.Byte.Array[0, 100]).Sample(
            bytes =>
            {
                if (Hl7Unicode.Detect(bytes) is not null)
                {
                    return;
                }

                var tree = Lenient.Parse(bytes);
                Assert.True(tree.Serialize().Span.SequenceEqual(bytes));
                Hl7.WalkAll(tree.Root);
                Assert.True(tree.Serialize().Span.SequenceEqual(bytes));
            },
            iter: 5_000);
    }

    [Fact]
    public void AnyMessage_EverySegmentTouchedAndPutBack_IsTheSame()
    {
        Messages.Sample(
            bytes =>
            {
                var tree = Lenient.Parse(bytes);
                foreach (var segment in tree.Root.Children)
                {
                    // Marks the segment as changed and leaves it as it was: the writer then joins its fields again.
                    if (segment.Children.Count > 0)
                    {
                        var field = segment.Children[0];
                        segment.Remove(field);
                        segment.Insert(0, field);
                    }
                }

                Assert.True(tree.Serialize().Span.SequenceEqual(bytes));
            },
            iter: 5_000);
    }

    [Fact]
    public void AnyValueAtAnyPath_SetAndGet_IsTheSame_AndOnlyThatPlaceChanges()
    {
        var value = Gen.Char["|^~\\&#HNXF.br01 \r\nAé"].Array[0, 12].Select(c => new string(c));
        var place = Gen.Select(Gen.Int[3, 12], Gen.Int[1, 3], Gen.Int[0, 4], Gen.Int[0, 3], Gen.Bool);

        Gen.Select(place, value).Sample(
            (where, text) =>
            {
                var (field, repetition, component, subcomponent, unpack) = where;
                var path = $"PID-{field}[{repetition}]" + (component == 0 ? "" : $".{component}" + (subcomponent == 0 ? "" : $".{subcomponent}"));
                var tree = Hl7.Parse(Hl7.M0);
                if (unpack)
                {
                    Hl7.WalkAll(tree.Root);
                }

                tree.Set(path, text);

                Assert.Equal(text, tree.Get(path));
                var again = Hl7.Parse(tree.Written());
                Assert.Equal(text, again.Get(path) ?? "");
                Assert.Equal(3, again.Root.Children.Count);
                Assert.Equal(TreeXml.Write(again.Root.FirstChild("PV1")!), TreeXml.Write(tree.Root.FirstChild("PV1")!));
                foreach (var other in new[] { 1, 2, 3, 5, 7, 8 }.Where(other => other != field))
                {
                    Assert.Equal(Hl7.Parse(Hl7.M0).Get($"PID-{other}"), again.Get($"PID-{other}"));
                }
            },
            iter: 5_000);
    }

    [Fact]
    public void SplicedAndNodeByNode_GiveTheSameBytes()
    {
        var place = Gen.Select(Gen.Int[3, 12], Gen.Int[1, 3], Gen.Int[0, 4], Gen.Int[0, 3]);

        Gen.Select(place.Array[1, 5], Messages).Sample(
            (places, bytes) =>
            {
                var packed = Lenient.Parse(bytes);
                var unpacked = Lenient.Parse(bytes);
                Hl7.WalkAll(unpacked.Root);
                foreach (var (field, repetition, component, subcomponent) in places)
                {
                    var path = $"PID-{field}[{repetition}]" + (component == 0 ? "" : $".{component}" + (subcomponent == 0 ? "" : $".{subcomponent}"));
                    packed.Set(path, "v");
                    unpacked.Set(path, "v");
                }

                Assert.Equal(Encoding.Latin1.GetString(unpacked.Serialize().Span), Encoding.Latin1.GetString(packed.Serialize().Span));
            },
            iter: 5_000);
    }

    [Fact]
    public void Cutter_CutsLikeSplit()
    {
        Gen.Select(Gen.Char["|ab"].Array[0, 150], Gen.Int[0, 60]).Sample(
            (characters, skip) =>
            {
                var text = new string(characters);
                var parts = text.Split('|');
                var cutter = new Hl7Cutter(Encoding.ASCII.GetBytes(text), (byte)'|');
                var found = new List<string>();
                while (cutter.Next())
                {
                    found.Add(text.Substring(cutter.Start, cutter.Length));
                }

                Assert.Equal(parts, found);
                cutter = new Hl7Cutter(Encoding.ASCII.GetBytes(text), (byte)'|');
                var has = cutter.Skip(skip) && cutter.Next();
                Assert.Equal(skip < parts.Length, has);
                if (has)
                {
                    Assert.Equal(parts[skip], text.Substring(cutter.Start, cutter.Length));
                }
            },
            iter: 5_000);
    }

    [Fact]
    public void Batches_SplitIntoPieces_NothingIsLost()
    {
        string[] known = ["MSH|^~\\&|A", "PID|1", "FHS|^~\\&", "BHS|^~\\&", "BTS|1", "FTS", "", "  ", "NTE|x"];
        var line = Gen.Int[0, known.Length - 1].Select(i => known[i]);

        line.Array[0, 15].Sample(
            lines =>
            {
                var pieces = Hl7Batch.Pieces(Encoding.ASCII.GetBytes(string.Join('\r', lines)))
                    .Where(piece => piece.Kind is Hl7PieceKind.Message or Hl7PieceKind.Stray)
                    .Select(piece => Encoding.ASCII.GetString(piece.Content.Span))
                    .ToArray();

                Assert.Equal(
                    lines.Where(l => !string.IsNullOrWhiteSpace(l) && !l.StartsWith("FHS", StringComparison.Ordinal) && !l.StartsWith("BHS", StringComparison.Ordinal) && l != "BTS|1" && l != "FTS"),
                    pieces.SelectMany(piece => piece.Split('\r')).Where(l => !string.IsNullOrWhiteSpace(l)));
                Assert.Equal(lines.Count(l => l.StartsWith("MSH", StringComparison.Ordinal)), pieces.Count(piece => piece.TrimStart().StartsWith("MSH", StringComparison.Ordinal)));
            },
            iter: 5_000);
    }
}
