namespace ChannelHost.Tests.Tree;

public sealed class MessageNodeTests
{
    [Fact]
    public void Text_OfAllBelow_InOrder_WithoutComments()
    {
        var root = MessageNode.NewElement("a");
        root.Append(MessageNode.NewText("1"));
        root.Append(MessageNode.NewComment("no"));
        var inner = MessageNode.NewElement("b");
        inner.Append(MessageNode.NewText("2"));
        inner.Append(MessageNode.NewText("3"));
        root.Append(inner);
        root.Append(MessageNode.NewText("4"));

        Assert.Equal("1234", root.Text);
        Assert.False(root.HasSimpleContent);
        Assert.True(inner.HasSimpleContent);
    }

    [Fact]
    public void Insert_OfANodeThatStandsElsewhere_MovesIt()
    {
        var (root, first, second, third) = Three();

        root.Insert(0, third);
        Assert.Equal([third, first, second], root.Children);
        root.Insert(3, third);
        Assert.Equal([first, second, third], root.Children);
        second.Append(third);
        Assert.Equal([first, second], root.Children);
        Assert.Same(second, third.Parent);
    }

    [Fact]
    public void RemoveAll_TakesOutWhatIsNotWantedInOnePass()
    {
        var (root, first, second, third) = Three();

        Assert.Equal(2, root.RemoveAll(child => !ReferenceEquals(child, second)));

        Assert.Equal([second], root.Children);
        Assert.Null(first.Parent);
        Assert.Null(third.Parent);
        Assert.True(root.IsChanged);
        Assert.Equal(0, root.RemoveAll(static _ => false));
    }

    [Fact]
    public void RemoveAll_ThatIsBrokenOff_LeavesTheRestInOrder()
    {
        var (root, first, second, third) = Three();

        Assert.Throws<TimeoutException>(() => root.RemoveAll(child => ReferenceEquals(child, first) || (ReferenceEquals(child, third) ? throw new TimeoutException() : false)));

        Assert.Equal([second, third], root.Children);
        Assert.Same(root, third.Parent);
    }

    [Fact]
    public void Insert_InsideItself_IsRefused()
    {
        var (root, first, _, _) = Three();
        first.Append(MessageNode.NewElement("x"));

        Assert.Throws<InvalidOperationException>(() => first.Append(first));
        Assert.Throws<InvalidOperationException>(() => first.Children[0].Append(root));
        Assert.Throws<InvalidOperationException>(() => root.Append(root));
    }

    [Fact]
    public void Replace_PutsTheOtherInItsPlace()
    {
        var (root, first, second, third) = Three();
        var other = MessageNode.NewElement("o");

        root.Replace(second, other);
        Assert.Equal([first, other, third], root.Children);
        Assert.Null(second.Parent);
        root.Replace(other, first);
        Assert.Equal([first, third], root.Children);
        root.Replace(first, first);
        Assert.Equal([first, third], root.Children);
        Assert.Throws<ArgumentOutOfRangeException>(() => root.Replace(second, other));
    }

    [Fact]
    public void Remove_OnlyOfItsOwn()
    {
        var (root, first, second, _) = Three();

        Assert.True(root.Remove(first));
        Assert.False(root.Remove(first));
        Assert.False(second.Remove(root));
        Assert.Equal(2, root.Children.Count);
        Assert.Equal(-1, root.IndexOf(first));
    }

    [Fact]
    public void Change_IsKnownAllTheWayUp()
    {
        var (root, first, _, _) = Parsed();
        Assert.False(root.IsChanged);

        first.Children[0].Value = "new";

        Assert.True(first.IsChanged);
        Assert.True(root.IsChanged);
        Assert.False(root.Children[1].IsChanged);
    }

    [Fact]
    public void Attributes_AreSetReadAndRemoved()
    {
        var node = MessageNode.NewElement("a");
        node.SetAttribute("x", "1");
        node.SetAttribute("y", "2");
        node.SetAttribute("x", "3");
        node.Prefix = "p";
        node.NamespaceUri = "urn:x";

        var copy = node.Copy();
        Assert.True(node.RemoveAttribute("y"));
        Assert.False(node.RemoveAttribute("y"));

        Assert.Equal(["3"], node.Attributes.Select(attribute => attribute.Value));
        Assert.Equal(["3", "2"], copy.Attributes.Select(attribute => attribute.Value));
        Assert.Equal(("p", "urn:x"), (copy.Prefix, copy.NamespaceUri));
        Assert.Same(copy, copy.Attribute("x")!.Parent);
    }

    [Fact]
    public void Copy_SharesNothingThatCanChange()
    {
        var (root, _, _, _) = Parsed();
        _ = root.Children[0].Children.Count;

        var copy = root.Copy();
        copy.Children[0].SetText("new");
        copy.Children[1].Name = "renamed";

        Assert.Equal("aa", root.Children[0].Text);
        Assert.Equal("x.2", root.Children[1].Name);
        Assert.Null(copy.Parent);
        Assert.Same(copy, copy.Children[2].Parent);
    }

    [Fact]
    public void Packed_StaysPackedUntilSomebodyLooksInside()
    {
        var (root, first, second, third) = Parsed();

        Assert.Equal("aa", first.Text);
        Assert.True(first.HasSimpleContent);
        Assert.True(first.IsPacked);
        Assert.Equal("bb", second.ChildSpan[0].Value);
        Assert.False(second.IsPacked);
        third.SetText("c");
        Assert.False(third.IsPacked);
        Assert.Equal("aabbc", root.Text);
    }

    [Fact]
    public void Renamed_ItsChildrenKeepTheNamesTheyWereParsedWith()
    {
        var content = new Letters("aa,bb");
        var root = new MessageNode(content, "x", 0, 5, 1, 1);

        root.Name = "y";

        Assert.Equal(["x.1", "x.2"], root.Children.Select(child => child.Name));
        Assert.Equal(0, root.Level);
    }

    [Fact]
    public void UnpackingFails_NodeStaysAsItWas()
    {
        var content = new Letters("aa,bb") { Fails = true };
        var root = new MessageNode(content, "x", 0, 5, 1, 1);

        Assert.Throws<MessageFormatException>(() => root.Children);
        content.Fails = false;

        Assert.Equal(2, root.Children.Count);
    }

    [Fact]
    public void Repacked_NodeIsOtherBytes()
    {
        var (root, first, _, _) = Parsed();
        var child = first.Children[0];

        first.Repack(new Letters("zz"), 0, 2);

        Assert.Equal("zz", first.Text);
        Assert.Null(child.Parent);
        Assert.True(root.IsChanged);
    }

    [Fact]
    public void DeepTree_IsCopiedAndReadWithoutRecursion()
    {
        var root = MessageNode.NewElement("a");
        var node = root;
        for (var i = 0; i < 300_000; i++)
        {
            var child = MessageNode.NewElement("a");
            node.Append(child);
            node = child;
        }

        node.Append(MessageNode.NewText("end"));
        root.Append(MessageNode.NewText("!"));

        Assert.Equal("end!", root.Copy().Text);
        Assert.Equal("end", root.Children[0].Text);
    }

    private static (MessageNode Root, MessageNode First, MessageNode Second, MessageNode Third) Three()
    {
        var root = MessageNode.NewElement("root");
        MessageNode[] children = [MessageNode.NewElement("1"), MessageNode.NewElement("2"), MessageNode.NewElement("3")];
        foreach (var child in children)
        {
            root.Append(child);
        }

        return (root, children[0], children[1], children[2]);
    }

    private static (MessageNode Root, MessageNode First, MessageNode Second, MessageNode Third) Parsed()
    {
        var root = new MessageNode(new Letters("aa,bb,cc"), "x", 0, 8, 1, 1);
        return (root, root.Children[0], root.Children[1], root.Children[2]);
    }

    /// <summary>The smallest packed format: parts between commas.</summary>
    private sealed class Letters(string text) : PackedContent
    {
        public bool Fails { get; set; }

        public override List<MessageNode> Unpack(MessageNode node)
        {
            if (Fails)
            {
                throw new MessageFormatException("not now");
            }

            if (node.Level != 1)
            {
                return [MessageNode.NewText(ReadText(node))];
            }

            var children = new List<MessageNode>();
            var at = node.Start;
            foreach (var part in text.Substring(node.Start, node.Length).Split(','))
            {
                children.Add(new MessageNode(this, $"{node.Name}.{children.Count + 1}", at, part.Length, 2, children.Count + 1));
                at += part.Length + 1;
            }

            return children;
        }

        public override bool IsText(MessageNode node) => node.Level == 2 || !text.Contains(',', StringComparison.Ordinal);

        public override string ReadText(MessageNode node) => text.Substring(node.Start, node.Length);

        public override string NameOf(MessageNode node) => "?";
    }
}
