using System.Buffers;
using System.Globalization;
using System.Text;
using Ingester.Core.Raw;

namespace Ingester.Recording.Raw;

/// <summary>
/// The lines of one connection in one file. Used by one thread at a time. When messages were dropped, a line of kind <c>d</c> with their number replaces
/// them, before the next line of the connection.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="connection">The number of the connection.</param>
/// <param name="onDropped">Called for each dropped message.</param>
internal sealed class RawChannel(RawFile file, long connection, Action onDropped)
{
    /// <summary>The bytes that end a column or a line.</summary>
    public static SearchValues<byte> Separators { get; } = SearchValues.Create("\t\n\r"u8);

    private readonly byte[] text = Columns(connection, 't');
    private readonly byte[] encoded = Columns(connection, 'b');
    private readonly byte[] dropped = Columns(connection, 'd');
    private long droppedCount;

    /// <summary>Appends a message: as it is if it is text that fits on a line, else in base64.</summary>
    public void Append(ReadOnlySpan<byte> message, bool isBinary)
    {
        var encode = isBinary || message.ContainsAny(Separators);
        Append(new RawLine { Columns = encode ? encoded : text, Content = message, IsEncoded = encode });
    }

    /// <summary>Appends a line about the connection.</summary>
    /// <param name="kind">The kind of the line.</param>
    /// <param name="content">The content; tabs and line breaks are written as spaces.</param>
    public void AppendNote(char kind, ReadOnlyMemory<byte> content)
    {
        if (content.Span.ContainsAny(Separators))
        {
            var clean = content.ToArray();
            clean.AsSpan().ReplaceAny(Separators, (byte)' ');
            content = clean;
        }

        Append(new RawLine { Columns = Columns(connection, kind), Content = content.Span, IsNote = true });
    }

    /// <summary>The columns of a line of a connection, with the tabs before and after them.</summary>
    public static byte[] Columns(long connection, char kind) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\t{connection}\t{kind}\t"));

    private void Append(in RawLine line)
    {
        if (droppedCount == 0 ? file.TryAppend(line) : file.TryAppend(new() { Columns = dropped, Content = Encoding.ASCII.GetBytes(droppedCount.ToString(CultureInfo.InvariantCulture)) }, line))
        {
            droppedCount = 0;
            return;
        }

        droppedCount++;
        onDropped();
    }
}
