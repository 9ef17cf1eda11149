using ChannelHost.DataTypes.Hl7v2;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

/// <summary>
/// The tree as scripts written for Mirth change it: node by node, without knowing of HL7. The numbers are those of the worked examples in the
/// description of that model. By default parts are written by number; <see cref="Mirth"/> is for what only its own order gives.
/// </summary>
public sealed class Hl7TreeFormTests
{
    private static readonly Hl7v2Options Mirth = new() { FieldOrder = Hl7FieldOrder.Tree, LineBreaks = Hl7LineBreaks.Keep, SegmentEnd = Hl7SegmentEnd.Cr, RequireHeader = false };

    [Fact]
    public void E02_RepetitionsAndSubcomponentsAreElements()
    {
        var pid = Hl7.Parse("MSH|^~\\&|A\rPID|||1^^^H&1.2.3&ISO^MR~2^^^G||X&Y^Z").Root.At("PID");

        Assert.Equal(["H", "1.2.3", "ISO"], pid.At("PID.3", "PID.3.4").Children.Select(node => node.Text));
        Assert.Equal("G", pid.Children.Last(node => node.Name == "PID.3").At("PID.3.4").Text);
        Assert.Equal(["PID.5.1.1", "PID.5.1.2"], pid.At("PID.5", "PID.5.1").Children.Select(node => node.Name));
    }

    [Fact]
    public void E04_FieldAddedToAFragment()
    {
        var tree = Hl7.Parse("PID|1||5", Mirth);

        tree.Root.At("PID", "PID.5", "PID.5.1").SetText("X");

        Assert.Equal("PID|1||5||X\r", tree.Written());
    }

    [Fact]
    public void E09_OtherDelimiters_TextIsWrittenAsItIs()
    {
        var tree = Hl7.Parse("MSH#*@!%#A\rPID###1*2", Mirth);

        tree.Root.At("PID", "PID.3", "PID.3.4").SetText("X");
        tree.Root.At("PID", "PID.5", "PID.5.1").SetText("a|b^c");

        Assert.Equal("MSH#*@!%#A\rPID###1*2**X##a|b^c\r", tree.Written());
    }

    [Fact]
    public void E10_DelimitersChanged_WholeMessageIsWrittenWithThem()
    {
        var tree = Hl7.Parse("MSH|^~\\&|A\rPID|||1^2~3&4", Mirth);

        tree.Root.At("MSH", "MSH.1").SetText("#");
        tree.Root.At("MSH", "MSH.2").SetText("*@!%");

        Assert.Equal("MSH#*@!%#A\rPID###1*2@3%4\r", tree.Written());
    }

    [Theory]
    [InlineData("PID.5/PID.5.6", "DR", "DOE^JOHN^Q^^^DR||19700101|M")]
    [InlineData("PID.13/PID.13.1", "555", "DOE^JOHN^Q||19700101|M|||||555")]
    [InlineData("PID.5", "X", "X||19700101|M")]
    [InlineData("PID.8/PID.8.1", "A^B&C|D", "DOE^JOHN^Q||19700101|A^B&C|D")]
    [InlineData("PID.8/PID.8.1", "A\rB\nC", "DOE^JOHN^Q||19700101|A\rB\nC")]
    public void E11_E12_E15_E16_E17_TextSet(string path, string text, string expected)
    {
        var tree = Hl7.Parse(Hl7.M0, Mirth);

        tree.Root.At("PID").At(path.Split('/')).SetText(text);

        Assert.Equal(Hl7.M0.Replace("DOE^JOHN^Q||19700101|M", expected, StringComparison.Ordinal), tree.Written());
    }

    [Theory]
    [InlineData("numeric", "PV1|1|I|W||||Z\r")]
    [InlineData("tree", "PV1|1|I|||||Z|W\r")]
    public void E13_FieldsAddedOutOfOrder(string order, string expected)
    {
        var tree = Hl7.Parse(Hl7.M0, order == "tree" ? Mirth : null);

        tree.Root.At("PV1", "PV1.7", "PV1.7.1").SetText("Z");
        tree.Root.At("PV1", "PV1.3", "PV1.3.1").SetText("W");

        Assert.EndsWith(expected, tree.Written(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("numeric", "PID|||1^^^HOSP^MR\r")]
    [InlineData("tree", "PID|||1^^^^MR^HOSP\r")]
    public void E14_ComponentsAddedOutOfOrder(string order, string expected)
    {
        var tree = Hl7.Parse("MSH|^~\\&|A\rPID|||1\r", order == "tree" ? Mirth : null);

        tree.Root.At("PID", "PID.3", "PID.3.5").SetText("MR");
        tree.Root.At("PID", "PID.3", "PID.3.4").SetText("HOSP");

        Assert.EndsWith(expected, tree.Written(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PID.5", "||||19700101|M")]
    [InlineData("PID.5/PID.5.2", "||DOE^^Q||19700101|M")]
    public void E18_E19_Deleted_LeavesItsPlaceEmpty(string path, string expected)
    {
        var tree = Hl7.Parse(Hl7.M0);
        var node = tree.Root.At("PID").At(path.Split('/'));

        node.Parent!.Remove(node);

        Assert.Contains($"~456^^^OTH^PI{expected}\r", tree.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void E20_FirstRepetitionDeleted()
    {
        var tree = Hl7.Parse(Hl7.M0);
        var pid = tree.Root.At("PID");

        pid.Remove(pid.At("PID.3"));

        Assert.Contains("\rPID|1||456^^^OTH^PI||DOE", tree.Written(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("numeric", "PID|1||123^^^HOSP^MR~456^^^OTH^PI~789^^^NEW||DOE^JOHN^Q||19700101|M\r")]
    [InlineData("tree", "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M|789^^^NEW\r")]
    public void E21_RepetitionAppendedAtTheEnd(string order, string expected)
    {
        var tree = Hl7.Parse(Hl7.M0, order == "tree" ? Mirth : null);

        tree.Root.At("PID").Append(TreeXml.Read("<PID.3><PID.3.1>789</PID.3.1><PID.3.4>NEW</PID.3.4></PID.3>"));

        Assert.Contains(expected, tree.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void E22_RepetitionInsertedAfterTheLast()
    {
        var tree = Hl7.Parse(Hl7.M0, Mirth);
        var pid = tree.Root.At("PID");

        pid.Insert(pid.IndexOf(pid.Children.Last(node => node.Name == "PID.3")) + 1, TreeXml.Read("<PID.3>z</PID.3>"));

        Assert.Contains("|123^^^HOSP^MR~456^^^OTH^PI~z||DOE", tree.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void E24_SegmentCopied_FirstStaysAsItWas()
    {
        var tree = Hl7.Parse(Hl7.M0);
        var copy = tree.Root.At("PID").Copy();

        tree.Root.Append(copy);
        copy.At("PID.1", "PID.1.1").SetText("2");

        Assert.Equal(Hl7.M0 + "PID|2||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M\r", tree.Written());
    }

    [Fact]
    public void E25_E26_SegmentsCreated()
    {
        var tree = Hl7.Parse(Hl7.M0);

        tree.Create(tree.Root, "NTE").At("NTE.1", "NTE.1.1").SetText("1");
        tree.Create(tree.Root, "NTE").At("NTE.1", "NTE.1.1").SetText("2");
        var after = MessageNode.NewElement("PD1");
        tree.Root.Insert(2, after);
        after.At("PD1.1", "PD1.1.1").SetText("q");

        Assert.EndsWith("|M\rPD1|q\rPV1|1|I\rNTE|1\rNTE|2\r", tree.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void E27_ForeignFields_LandWhereTheirNamesSay()
    {
        var tree = Hl7.Parse(Hl7.M0);

        foreach (var field in tree.All("PID-3"))
        {
            tree.Root.At("PV1").Append(field.Copy());
        }

        Assert.EndsWith("\rPV1|1|I|123^^^HOSP^MR~456^^^OTH^PI\r", tree.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void E28_ForeignComponent_CountsByItsNumber()
    {
        var tree = Hl7.Parse(Hl7.M0);
        var component = tree.Root.At("PID", "PID.3", "PID.3.1").Copy();

        tree.Root.At("PV1", "PV1.19").Append(component);

        Assert.EndsWith("\rPV1|1|I" + new string('|', 17) + "123\r", tree.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void E30_E31_Subcomponents()
    {
        var tree = Hl7.Parse(Hl7.M0);
        var field = tree.Root.At("PID", "PID.3");

        field.At("PID.3.5", "PID.3.5.1").SetText("T");
        field.At("PID.3.4").SetText("");
        field.At("PID.3.4", "PID.3.4.1").SetText("H");
        field.At("PID.3.4", "PID.3.4.2").SetText("1.2.3");

        // The script put an element beside text: the text stands glued to it, as Mirth writes it.
        Assert.Contains("|123^^^H&1.2.3^MRT~456^^^OTH^PI|", tree.Written(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PID", "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M")]
    [InlineData("PID/PID.5", "DOE^JOHN^Q")]
    [InlineData("PID/PID.5/PID.5.1", "DOE")]
    public void E32_E33_MessageReplacedByAPart(string path, string expected)
    {
        var tree = Hl7.Parse(Hl7.M0);

        tree.Root = tree.Root.At(path.Split('/'));

        Assert.Equal(expected, tree.Written());
    }

    [Fact]
    public void E34_SegmentRenamed()
    {
        var tree = Hl7.Parse(Hl7.M0);

        tree.Root.At("PV1").Name = "ZV1";

        Assert.EndsWith("\rZV1|1|I\r", tree.Written(), StringComparison.Ordinal);
        Assert.Equal("I", tree.Get("ZV1-2"));
        Assert.Null(tree.Get("PV1-2"));
    }

    [Fact]
    public void E35_SegmentsRenumberedAndDeleted()
    {
        var tree = Hl7.Parse("MSH|^~\\&|A\rOBR|1\rOBX|1|NM|GLU\rOBX|2|NM|NA\rOBR|2\rOBX|1|NM|K\r");
        var number = 0;
        foreach (var result in tree.All("OBX"))
        {
            result.At("OBX.1", "OBX.1.1").SetText($"{++number}");
        }

        foreach (var result in tree.All("OBX").Where(result => tree.Get("3.1", result) == "NA"))
        {
            tree.Root.Remove(result);
        }

        Assert.Equal("MSH|^~\\&|A\rOBR|1\rOBX|1|NM|GLU\rOBR|2\rOBX|3|NM|K\r", tree.Written());
    }

    [Fact]
    public void E36_FieldsCopiedIntoATemplate_AreApart()
    {
        var message = Hl7.Parse(Hl7.M0);
        var template = Hl7.Parse("MSH|^~\\&|\rPID|\r");

        foreach (var field in message.All("PID-3"))
        {
            template.Root.At("PID").Append(field.Copy());
        }

        template.Root.At("PID", "PID.3", "PID.3.1").SetText("X");

        Assert.Equal("MSH|^~\\&|\rPID|||X^^^HOSP^MR~456^^^OTH^PI\r", template.Written());
        Assert.Equal(Hl7.M0, message.Written());
    }

    [Fact]
    public void E37_TreeMadeByAScript()
    {
        var tree = Hl7.Parse(Hl7.M0);

        tree.Root = TreeXml.Read("<HL7Message><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.3><MSH.3.1>A</MSH.3.1></MSH.3></MSH><PID/><PV1><PV1.3/></PV1></HL7Message>");

        Assert.Equal("MSH|^~\\&|A\rPID|\rPV1|||\r", tree.Written());
    }

    [Fact]
    public void E38_E39_LoneSeparatorAndEmptyParts()
    {
        var tree = Hl7.Parse("MSH|^~\\&|A\rPID|1|2|3\rNTE|1\r");

        tree.Root.At("PID", "PID.2", "PID.2.1").SetText("|");
        tree.Root.At("NTE", "NTE.5", "NTE.5.1").SetText("");
        tree.Root.At("NTE", "NTE.5", "NTE.5.2").SetText("");

        Assert.Equal("MSH|^~\\&|A\rPID|1||3\rNTE|1||||^\r", tree.Written());
    }

    [Fact]
    public void PrettyPrinted_BlanksBetweenElementsAreNoText()
    {
        var tree = Hl7.Parse(Hl7.M0);

        tree.Root = TreeXml.Read("<HL7Message>\n  <MSH>\n    <MSH.1>|</MSH.1>\n    <MSH.2>^~\\&amp;</MSH.2>\n    <MSH.3>\n <MSH.3.1>A</MSH.3.1>\n</MSH.3>\n  </MSH>\n</HL7Message>");

        Assert.Equal("MSH|^~\\&|A\r", tree.Written());
    }

    [Fact]
    public void SegmentInsideASegment_IsAnErrorAndNotADamagedMessage()
    {
        var tree = Hl7.Parse(Hl7.M0);
        tree.Root.At("PID").Append(MessageNode.NewElement("NTE"));

        Assert.Contains("NTE stands inside PID", Assert.Throws<MessageFormatException>(() => tree.Serialize()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ComponentDirectlyInASegment_LandsWhereItsNameSays()
    {
        var tree = Hl7.Parse(Hl7.M0);

        tree.Root.At("PV1", "PV1.7.2").SetText("Z");

        Assert.EndsWith("\rPV1|1|I|||||^Z\r", tree.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_AreTheSameStringsForAllMessages()
    {
        var codec = Hl7.Codec();
        var first = codec.Parse("MSH|^~\\&|A\rPID|1||x^y"u8.ToArray()).Root.At("PID", "PID.3", "PID.3.2");
        var second = codec.Parse("MSH|^~\\&|A\rPID|1||x^y"u8.ToArray()).Root.At("PID", "PID.3", "PID.3.2");

        Assert.Same(first.Name, second.Name);
    }
}
