namespace Ingester.Storage.Writing;

/// <summary>Splits a stream into rows. Memory holds one row and the bytes that were read beyond it.</summary>
/// <param name="stream">The stream.</param>
/// <param name="needsLineEnd">False if the last row may have no line end, as in files of others. Default: true.</param>
internal sealed class RowLineReader(Stream stream, bool needsLineEnd = true)
{
    private const int InitialSize = 1 << 16;
    private const int MaxRowBytes = 1 << 26;

    private byte[] buffer = new byte[InitialSize];
    private int begin;
    private int end;

    /// <summary>Number of bytes read.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The next row without its line end, valid until the next call; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">The last row has no line end, or a row is longer than the limit.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadRowAsync(CancellationToken cancellation)
    {
        for (var searched = begin; ;)
        {
            var found = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var row = buffer.AsMemory(begin, searched + found - begin);
                begin = searched + found + 1;
                return row;
            }

            EnsureSpace();
            searched = end;
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellation);
            if (read == 0)
                return TakeRest();
            end += read;
            BytesRead += read;
        }
    }

    /// <summary>The bytes after the last line end; null if there are none.</summary>
    private ReadOnlyMemory<byte>? TakeRest()
    {
        if (begin == end)
            return null; // not in a conditional expression with a row: there, null is converted to an empty row
        if (needsLineEnd)
            throw new InvalidDataException("the last row has no line end");
        var row = buffer.AsMemory(begin, end - begin);
        begin = end;
        return row;
    }

    private void EnsureSpace()
    {
        buffer.AsSpan(begin, end - begin).CopyTo(buffer);
        (begin, end) = (0, end - begin);
        if (end < buffer.Length)
            return;
        if (buffer.Length >= MaxRowBytes)
            throw new InvalidDataException($"a row is longer than {MaxRowBytes} bytes");
        Array.Resize(ref buffer, buffer.Length * 2);
    }
}
