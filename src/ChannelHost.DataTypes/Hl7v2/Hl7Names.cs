using System.Globalization;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// The names of the tree's elements: <c>PID</c>, <c>PID.5</c>, <c>PID.5.1</c>. Made once and kept for all messages of a codec, within bounds:
/// what a hostile message makes up is not kept.
/// </summary>
internal sealed class Hl7Names
{
    private const int LongestKept = 32;

    private readonly BoundedCache<uint, string> _segments = new(1_000);
    private readonly BoundedCache<string, ChildNames> _children = new(20_000, StringComparer.Ordinal);

    /// <summary>The name of a segment with the usual name; see <see cref="Hl7Segment.Key"/>.</summary>
    public string Segment(uint key) => _segments.GetOrMake(key, static key => new string([(char)(key & 0xFF), (char)((key >> 8) & 0xFF), (char)(key >> 16)]));

    /// <summary>The names of what stands in an element of this name.</summary>
    public ChildNames Below(string parent) =>
        parent.Length <= LongestKept ? _children.GetOrMake(parent, static parent => new ChildNames(parent)) : new ChildNames(parent);

    /// <summary>The names below one element.</summary>
    internal sealed class ChildNames(string parent)
    {
        private const int MaxKept = 256;

        private string?[] _names = new string?[8];

        /// <summary>The name of the child with this number.</summary>
        public string this[int number]
        {
            get
            {
                var names = _names;
                return number < names.Length && names[number] is { } name ? name : Make(number);
            }
        }

        // Two threads may make the same name, and one may overwrite what the other kept: it is made again, no more.
        private string Make(int number)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{parent}.{number}");
            if (number < MaxKept)
            {
                var names = _names;
                if (number >= names.Length)
                {
                    Array.Resize(ref names, Math.Min(MaxKept, Math.Max(number + 1, names.Length * 2)));
                }

                names[number] = name;
                Volatile.Write(ref _names, names);
            }

            return name;
        }
    }
}
