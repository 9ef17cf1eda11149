using ChannelHost.DataTypes;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

public sealed class Hl7ExpectsAnswerTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("AL", "NE", true)]
    [InlineData("NE", "AL", true)]
    [InlineData("SU", "NE", true)]
    [InlineData("NE", "NE", false)]
    [InlineData("ER", "NE", false)]
    [InlineData("NE", "ER", false)]
    [InlineData("NE", "", false)]
    public void MessageSaysWhetherAnAnswerIsToBeExpected(string accept, string application, bool expected)
    {
        var type = DataTypeCatalog.All.Single(candidate => candidate.Name == "hl7v2");
        var codec = type.CreateCodec(Activator.CreateInstance(type.OptionsType)!);
        var message = System.Text.Encoding.UTF8.GetBytes($"MSH|^~\\&|A|B|C|D|20260101||ADT^A01|C1|P|2.5|||{accept}|{application}\r");

        Assert.Equal(expected, codec.ValidatorFor(message)!.ExpectsAnswer);
    }
}
