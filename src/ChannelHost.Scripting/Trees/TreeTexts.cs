using System.Text;

namespace ChannelHost.Scripting.Trees;

/// <summary>Texts among an element's children.</summary>
internal static class TreeTexts
{
    /// <summary>Makes one text of those that stand side by side, in one pass.</summary>
    /// <param name="element">Whose children they are.</param>
    /// <param name="isText">Which children are texts that may be joined.</param>
    public static void Join(MessageNode element, Predicate<MessageNode> isText)
    {
        if (!HasNeighbours(element, isText))
        {
            return;
        }

        MessageNode? first = null;
        StringBuilder? joined = null;
        element.RemoveAll(child =>
        {
            if (!isText(child))
            {
                Finish(first, joined);
                (first, joined) = (null, null);
                return false;
            }

            if (first is null)
            {
                first = child;
                return false;
            }

            joined = (joined ?? new StringBuilder(first.Text)).Append(child.Text);
            return true;
        });
        Finish(first, joined);
    }

    /// <summary>Takes out the children that are not wanted; costs nothing but a look when there are none.</summary>
    public static void Drop(MessageNode element, Predicate<MessageNode> isUnwanted)
    {
        foreach (var child in element.ChildSpan)
        {
            if (isUnwanted(child))
            {
                element.RemoveAll(isUnwanted);
                return;
            }
        }
    }

    private static void Finish(MessageNode? first, StringBuilder? joined)
    {
        if (first is not null && joined is not null)
        {
            first.Value = joined.ToString();
        }
    }

    private static bool HasNeighbours(MessageNode element, Predicate<MessageNode> isText)
    {
        var wasText = false;
        foreach (var child in element.ChildSpan)
        {
            var isOne = isText(child);
            if (isOne && wasText)
            {
                return true;
            }

            wasText = isOne;
        }

        return false;
    }
}
