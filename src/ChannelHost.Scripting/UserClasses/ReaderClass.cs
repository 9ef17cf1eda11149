using ChannelHost.Scripting.Running;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses;

/// <summary><c>reader</c> of batch scripts: the text that is taken apart, read on from call to call.</summary>
internal static class ReaderClass
{
    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<ReaderState>("java.io", "BufferedReader")
        .Method("readLine", ReadLine)
        .Method("read", static (state, _) => state.Read())
        .Method("ready", static (state, _) => state.Peek() >= 0)
        .Method("mark", static (state, _) => state.Mark(), 1)
        .Method("reset", static (state, call) => state.Reset() ? JsValue.Undefined : throw call.Throw("java.io.IOException", "Stream not marked"))
        .Method("skip", static (state, call) => state.Skip(call.Number(0)), 1)
        .Method("markSupported", static (_, _) => JsBoolean.True)
        .Method("close", static (_, _) => JsValue.Undefined)
        .Build();

    /// <summary>Makes it for a run that has one.</summary>
    public static JsValue Create(ScriptRun run) => run.Classes.Wrap(Type, new ReaderState(run.Scope.Reader!));

    private static JsValue ReadLine(ReaderState state, UserCall call)
    {
        var line = state.ReadLine(call.Run.Limits);
        if (line is not null)
        {
            call.Run.Limits.CheckLength(line.Length);
        }

        return call.Run.Text(line);
    }

    /// <summary>A reader that can go back to a mark; what is read again is kept.</summary>
    internal sealed class ReaderState(TextReader text)
    {
        private System.Text.StringBuilder? _marked;
        private string? _again;
        private int _at;
        private int _markedAt = -1;

        /// <summary>The next character; -1 at the end.</summary>
        public int Read()
        {
            int next;
            if (_again is not null && _at < _again.Length)
            {
                next = _again[_at++];
            }
            else
            {
                next = text.Read();
            }

            if (next >= 0)
            {
                _marked?.Append((char)next);
            }

            return next;
        }

        /// <summary>The next line without its end; null at the end.</summary>
        public string? ReadLine(RunLimits limits)
        {
            var next = Read();
            if (next < 0)
            {
                return null;
            }

            var line = new System.Text.StringBuilder();
            for (; next >= 0 && next != '\n' && next != '\r'; next = Read())
            {
                if ((line.Append((char)next).Length & 0xFFF) == 0)
                {
                    limits.Check();
                    limits.CheckLength(line.Length);
                }
            }

            if (next == '\r' && Peek() == '\n')
            {
                Read();
            }

            return line.ToString();
        }

        /// <summary>Remembers this place.</summary>
        public JsValue Mark()
        {
            if (text is BatchText batch)
            {
                // What is looked at and given back here belongs to the next run: it must not stay behind in this object.
                _markedAt = batch.Position;
                return JsValue.Undefined;
            }

            _marked = new System.Text.StringBuilder();
            return JsValue.Undefined;
        }

        /// <summary>Goes back to the mark; false without one.</summary>
        public bool Reset()
        {
            if (text is BatchText batch && _markedAt >= 0)
            {
                batch.Position = _markedAt;
                return true;
            }

            if (_marked is null)
            {
                return false;
            }

            var rest = _again is null ? "" : _again[_at..];
            _again = _marked.ToString() + rest;
            _at = 0;
            _marked.Clear();
            return true;
        }

        /// <summary>Passes over characters; gives how many there were.</summary>
        public int Skip(int count)
        {
            var skipped = 0;
            while (skipped < count && Read() >= 0)
            {
                skipped++;
            }

            return skipped;
        }

        /// <summary>The next character, which stays; -1 at the end.</summary>
        public int Peek() => _again is not null && _at < _again.Length ? _again[_at] : text.Peek();
    }
}
