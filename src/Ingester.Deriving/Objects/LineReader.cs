using Ingester.Storage.Stores;

namespace Ingester.Deriving.Objects;

/// <summary>Reads lines from a decompressed object, with a buffer of the longest line.</summary>
/// <param name="text">The text.</param>
/// <param name="name">The key, for error messages.</param>
internal sealed class LineReader(Stream text, string name)
{
    private const int FirstSize = 1 << 14;
    private const int MaxLine = 1 << 22; // a header with thousands of columns has less

    private byte[] buffer = new byte[FirstSize];
    private int start, end;

    /// <summary>The next line without its line feed; null at the end. It is valid until the next call.</summary>
    /// <exception cref="StoreException">The object is damaged.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation)
    {
        for (var scanned = 0; ;)
        {
            var found = buffer.AsSpan(start + scanned, end - start - scanned).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = buffer.AsMemory(start, scanned + found);
                start += scanned + found + 1;
                return line;
            }

            scanned = end - start;
            MakeRoom();
            var read = await FillAsync(cancellation);
            if (read == 0 && scanned == 0)
                return null;
            if (read == 0)
                throw new StoreException($"{name} is not readable: its last line has no line feed.", permanent: false);
            end += read;
        }
    }

    private async ValueTask<int> FillAsync(CancellationToken cancellation)
    {
        try
        {
            return await text.ReadAsync(buffer.AsMemory(end), cancellation);
        }
        catch (Exception damaged) when (damaged is InvalidDataException || S3Errors.IsStoreError(damaged, cancellation))
        {
            throw new StoreException($"{name} is not readable: {damaged.Message}", permanent: false, damaged);
        }
    }

    private void MakeRoom()
    {
        if (start > 0)
            buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        if (end < buffer.Length)
            return;
        if (buffer.Length >= MaxLine)
            throw new StoreException($"{name} is not readable: a line has more than {MaxLine} bytes.", permanent: true);
        Array.Resize(ref buffer, 2 * buffer.Length);
    }
}
