namespace ChannelHost.Tests.DataTypes;

/// <summary>What a data type promises whose model is a tree.</summary>
public abstract class TreeDataTypeContract : DataTypeContract
{
    [Fact]
    public void Tree_NothingChanged_SameBytes()
    {
        foreach (var (name, bytes) in Messages)
        {
            Assert.True(Codec.Parse(bytes).Serialize().Span.SequenceEqual(bytes), name);
        }
    }

    [Fact]
    public void Tree_WholeTreeWalked_SameBytes()
    {
        foreach (var (name, bytes) in Messages)
        {
            var tree = Codec.Parse(bytes);
            _ = TreeXml.Write(tree.Root);
            Assert.True(tree.Serialize().Span.SequenceEqual(bytes), name);
        }
    }

    [Fact]
    public void Tree_Copied_CopyIsEqualAndApart()
    {
        foreach (var (name, bytes) in Messages)
        {
            var tree = Codec.Parse(bytes);
            var copy = tree.Root.Copy();
            Assert.Equal(TreeXml.Write(tree.Root), TreeXml.Write(copy));
            copy.Clear();
            Assert.True(tree.Serialize().Span.SequenceEqual(bytes), name);
        }
    }
}
