using System.Text;
using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.Testing;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

/// <summary>What is accepted, and how it is understood.</summary>
public sealed class Hl7ParseTests
{
    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r\r\n\n")]
    [InlineData("\r \t\n")]
    public void AnyLineEnd_EndsASegment(string end)
    {
        var tree = Hl7.Parse($"MSH|^~\\&|A{end}PID|1{end}PV1|2");

        Assert.Equal(["MSH", "PID", "PV1"], tree.Root.Children.Select(segment => segment.Name));
        Assert.Equal("2", tree.Get("PV1-1"));
    }

    [Theory]
    [InlineData("MSH#*@!%#A#B*C\rPID###1*2%3@4", "PID-3.2.2", "3")]
    [InlineData("MSH#*@!%#A#B*C\rPID###1*2%3@4", "PID-3[2]", "4")]
    [InlineData("MSH|^~|A|B\rPID|||1^2&3~4", "PID-3.2", "2&3")]
    [InlineData("MSH|^~&|A|B\rPID|||1^2&3~4", "PID-3.2.2", "3")]
    [InlineData("MSH|^~\\&#|A|B\rPID|||1^2&3~4", "PID-3.2.2", "3")]
    [InlineData("MSH||A|B\rPID|||1^2~4", "PID-3.2", "2")]
    [InlineData("MSH|^|A|B\rPID|||1^2~4", "PID-3[2]", "4")]
    [InlineData("msh|^~\\&|A|B\rpid|||1^2~4", "pid-3[2]", "4")]
    [InlineData("FHS|*~\\&|A\rMSH|*~\\&|A\rPID|||1*2", "PID-3.2", "2")]
    [InlineData("BHS|*~\\&|A\rMSH|*~\\&|A\rPID|||1*2", "PID-3.2", "2")]
    public void Delimiters_AreThoseOfTheHeader(string message, string path, string expected) => Assert.Equal(expected, Hl7.Parse(message).Get(path));

    [Fact]
    public void TextBeforeTheHeader_IsKeptAndIgnoredWhenBlank()
    {
        var tree = Hl7.Parse("\uFEFF\v\r\n MSH|^~\\&|A\rPID|1\r\u001C\r");

        Assert.Equal("A", tree.Get("MSH-3"));
        tree.Set("PID-1", "2");
        Assert.Equal("\uFEFF\v\r\n MSH|^~\\&|A\rPID|2\r\u001C\r", tree.Written());
    }

    [Fact]
    public void NoHeader_WhereAllowed_UsualSeparatorsAndNoEscapes()
    {
        var tree = Hl7.Parse("PID|1||a\\T\\b&c^d", new Hl7v2Options { RequireHeader = false });

        Assert.Equal("a\\T\\b&c", tree.Get("PID-3.1"));
        Assert.Equal("d", tree.Get("PID-3.2"));
        Assert.Throws<MessageFormatException>(() => tree.Set("PID-4", "a|b"));
    }

    [Fact]
    public void JunkBeforeTheHeader_WhereAllowed_HeaderIsFound()
    {
        var tree = Hl7.Parse("junk line\rMSH*%~\\&*A\rPID*1*x%y", new Hl7v2Options { RequireHeader = false });

        Assert.Equal("y", tree.Get("PID-2.2"));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("<ADT/>", "XML")]
    [InlineData("{\"a\":1}", "JSON")]
    [InlineData("PID|1", "requireHeader")]
    public void NoMessage_ErrorSaysWhatItLooksLike(string text, string reason)
    {
        var problem = Assert.Throws<MessageFormatException>(() => Hl7.Parse(text));

        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OddLines_AreKeptAndNamed()
    {
        var tree = Hl7.Parse("MSH|^~\\&|A\nno separator here\n|nameless\n ZZ1 |x\n");

        Assert.Equal(["MSH", "no separator here", "", "ZZ1"], tree.Root.Children.Select(segment => segment.Name));
        Assert.Equal("x", tree.Get("ZZ1-1"));
        tree.Set("ZZ1-2", "y");
        Assert.Equal("MSH|^~\\&|A\nno separator here\n|nameless\n ZZ1 |x|y\n", tree.Written());
    }

    [Fact]
    public void Describe_ControlIdAndType() => Assert.Equal(new MessageDescription("MSG00001", "ADT^A04"), Hl7.Codec().Describe(Some.AdtMessage()));

    [Fact]
    public void Describe_WhatCannotBeTold_IsNull()
    {
        var codec = Hl7.Codec();

        Assert.Equal(default, codec.Describe("garbage"u8.ToArray()));
        Assert.Equal(default, codec.Describe(default));
        Assert.Equal(new MessageDescription(null, "ADT"), codec.Describe("MSH|^~\\&|||||||ADT"u8.ToArray()));
        Assert.Equal(new MessageDescription("FILE77", null), codec.Describe(Some.Batch()));
        Assert.Equal(new MessageDescription("CD1", "ADT^A08"), codec.Describe(Some.CustomDelimiters()));
        Assert.Equal(new MessageDescription(null, null), codec.Describe((byte[])[.. "MSH|^~\\&||||||||"u8, 0xFF, .. "|P"u8]));
        Assert.Equal(new MessageDescription(null, null), codec.Describe(Encoding.ASCII.GetBytes("MSH|^~\\&||||||||" + new string('x', 5000))));
        Assert.Equal("W1", codec.Describe(Some.Messages["utf16"]).ControlId);
    }
}
