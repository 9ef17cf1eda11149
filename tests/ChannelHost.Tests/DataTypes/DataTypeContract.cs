using CsCheck;

namespace ChannelHost.Tests.DataTypes;

/// <summary>What every data type promises. A type's tests inherit this and say what its messages look like.</summary>
public abstract class DataTypeContract
{
    /// <summary>The type under test.</summary>
    protected abstract IDataType Type { get; }

    /// <summary>Messages that it reads with its default settings, by name.</summary>
    protected abstract IReadOnlyDictionary<string, byte[]> Messages { get; }

    /// <summary>Bytes that are no message of it, by name, and that it must refuse when asked for text or a tree.</summary>
    protected abstract IReadOnlyDictionary<string, byte[]> Garbage { get; }

    /// <summary>A codec with the default settings.</summary>
    protected IMessageCodec Codec => Type.CreateCodec(Activator.CreateInstance(Type.OptionsType)!);

    [Fact]
    public void Descriptor_SaysWhatItIs()
    {
        Assert.Matches("^[a-z][a-z0-9-]*$", Type.Name);
        Assert.NotEmpty(Type.Summary);
        Assert.Equal(Type.Name, Codec.DataType);
        Assert.Empty(Type.Validate(Activator.CreateInstance(Type.OptionsType)!));
        Assert.All(Type.OptionsType.GetProperties().Where(p => p.CanWrite), property => Assert.NotEmpty(property.GetCustomAttributes(typeof(OptionAttribute), false)));
    }

    [Fact]
    public void EqualSettings_CompareEqual() => Assert.Equal(Activator.CreateInstance(Type.OptionsType), Activator.CreateInstance(Type.OptionsType));

    [Fact]
    public void Model_SaysWhetherThereIsATree()
    {
        var message = Messages.Values.First();

        if (Codec.Model == MessageModel.Tree)
        {
            Assert.NotNull(Codec.Parse(message).Root);
        }
        else
        {
            Assert.Throws<NotSupportedException>(() => Codec.Parse(message));
        }
    }

    [Fact]
    public void Text_EncodedAgain_SameText()
    {
        foreach (var (name, bytes) in Messages)
        {
            var text = Codec.Decode(bytes);
            Assert.True(text == Codec.Decode(Codec.Encode(text)), name);
            Assert.DoesNotContain('\uFFFD', text);
        }
    }

    [Fact]
    public void Garbage_IsRefusedWithAReason()
    {
        foreach (var (name, bytes) in Garbage)
        {
            var problem = Assert.Throws<MessageFormatException>(() =>
            {
                _ = Content(Codec, bytes);
            });
            Assert.True(problem.Message.Length > 10, name);
        }
    }

    [Fact]
    public void Message_ComparedWithItself_NoDifference()
    {
        foreach (var (name, bytes) in Messages)
        {
            Assert.True(Codec.Compare(bytes, bytes.ToArray(), []).Count == 0, name);
        }
    }

    [Fact]
    public void AnyBytes_SplittingAndComparingNeverThrow()
    {
        var codec = Codec;
        var splitter = Type.BatchOptionsType is { } batch ? Type.CreateSplitter(Activator.CreateInstance(batch)!, Activator.CreateInstance(Type.OptionsType)!) : null;
        var samples = Messages.Values.Concat(Garbage.Values).Where(bytes => bytes.Length < 100_000).ToArray();
        var cut = Gen.OneOf(Gen.Byte.Array[0, 200], Gen.Int[0, samples.Length - 1].SelectMany(i => Gen.Int[0, samples[i].Length].Select(length => samples[i][..length])));

        Gen.Select(cut, cut).Sample(
            (one, other) =>
            {
                Assert.True(codec.Compare(one, other, []).Count <= 1_000);
                var numbers = splitter?.Split(one).Select(part => part.Number).ToArray() ?? [];
                Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
            },
            iter: 1_000);
    }

    [Fact]
    public void TextThatCannotBeEncoded_IsRefused() => Assert.Throws<MessageFormatException>(() => Codec.Encode("lone surrogate \uD800"));

    [Fact]
    public void AnyBytes_DescribingAnsweringAndJudgingNeverThrow()
    {
        var codec = Codec;
        var outcome = new AcknowledgmentOutcome { Status = MessageStatus.Error, Stage = AcknowledgmentStage.Application, Text = "no", Time = DateTimeOffset.UnixEpoch, ControlId = "1" };
        var samples = Messages.Values.Concat(Garbage.Values).ToArray();
        var bytes = Gen.OneOf(Gen.Byte.Array[0, 200], Gen.Int[0, samples.Length - 1].SelectMany(i => Gen.Int[0, samples[i].Length].Select(length => samples[i][..length])));

        bytes.Sample(
            content =>
            {
                _ = codec.Describe(content);
                _ = codec.Acknowledge(content, outcome);
                var verdict = codec.ValidatorFor(content)?.Judge(content);
                Assert.True(verdict is null || verdict.Value.Response is not null);
            },
            iter: 2_000);
    }

    [Fact]
    public void OneCodec_ManyThreads_SameResults()
    {
        var codec = Codec;
        var expected = Messages.Values.Select(bytes => Look(codec, bytes)).ToArray();

        Parallel.For(0, 64, _ => Assert.Equal(expected, Messages.Values.Select(bytes => Look(codec, bytes))));
    }

    private static string Look(IMessageCodec codec, byte[] bytes) =>
        $"{codec.Describe(bytes)} {Content(codec, bytes)}";

    // What scripts would see.
    private static string Content(IMessageCodec codec, byte[] bytes) => codec.Model switch
    {
        MessageModel.Tree => TreeXml.Write(codec.Parse(bytes).Root),
        MessageModel.Json => codec.ReadJson(bytes),
        _ => codec.Decode(bytes),
    };
}
