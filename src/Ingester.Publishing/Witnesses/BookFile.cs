using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Storage.Writing;

namespace Ingester.Publishing.Witnesses;

/// <summary>A published file of a book: each line is a message as the stream sends it, so the decoder of the exchange reads it. It is read as a stream.</summary>
/// <param name="path">The file on this machine.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="symbol">The symbol of the market; null if it is not known.</param>
internal sealed class BookFile(string path, IExchange exchange, string? symbol) : IEventSink
{
    private readonly string name = Path.GetFileName(path);
    private readonly IFrameDecoder decoder = exchange.CreateDecoder();
    private WitnessTrade? found;
    private string? foundSymbol;

    /// <summary>Number of diffs read so far.</summary>
    public long Rows { get; private set; }

    /// <summary>The diffs and snapshots in the order of the file. Their keys are the last ids that they cover.</summary>
    /// <exception cref="WitnessException">The file is damaged, or a line is not a message about the book of the market.</exception>
    public async IAsyncEnumerable<WitnessTrade> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var opened = Open();
        var lines = new RowLineReader(opened.Content, needsLineEnd: false);
        for (var number = 1L; await ReadLineAsync(lines, cancellation) is { } line; number++)
        {
            if (line.Span.Trim((byte)'\r').IsEmpty)
                continue;
            var diff = Decode(line.Span.TrimEnd((byte)'\r'), number);
            Rows += diff.IsSnapshot ? 0 : 1;
            yield return diff;
        }
    }

    /// <inheritdoc/>
    public void OnTrade(in TradeEvent trade)
    {
    }

    /// <inheritdoc/>
    public void OnDiff(in DepthEvent diff) => Keep(diff, isSnapshot: false);

    /// <inheritdoc/>
    public void OnSnapshot(in DepthEvent book) => Keep(book, isSnapshot: true);

    /// <inheritdoc/>
    public void OnNotice(in Notice notice)
    {
    }

    private WitnessTrade Decode(ReadOnlySpan<byte> line, long number)
    {
        found = null;
        try
        {
            decoder.Decode(line, this);
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw Refuse(number, error.Message.TrimEnd('.'), error);
        }

        if (found is not { } read)
            throw Refuse(number, "it has no diff and no snapshot", null);
        return symbol is null || string.Equals(symbol, foundSymbol, StringComparison.OrdinalIgnoreCase) ? read : throw Refuse(number, $"it is about {foundSymbol}, not {symbol}", null);
    }

    private WitnessException Refuse(long number, string why, Exception? error) =>
        new($"Line {number.ToString(CultureInfo.InvariantCulture)} of {name} is not a message about this book: {why}.", error);

    private void Keep(in DepthEvent book, bool isSnapshot)
    {
        if (book.Range is not { UpTo: >= 0 } range || book.Micros is not { } micros)
            throw new FormatException("it has no id or no time");
        if (isSnapshot && book.SnapshotLevels > 0 && !exchange.Profile.Book.MaintainedDepths.Contains(book.SnapshotLevels))
            throw new FormatException($"it has {book.SnapshotLevels} levels, and books of {string.Join(", ", exchange.Profile.Book.MaintainedDepths)} are recorded, whose ids are others");
        foundSymbol = System.Text.Encoding.UTF8.GetString(book.Symbol);
        found = new(new((UInt128)range.UpTo, IsNumber: true), micros, 0, 0, null, IsSnapshot: isSnapshot) { Content = isSnapshot ? 0 : LevelsHash.Of(book.Bids, book.Asks) };
    }

    private ArchiveStream Open()
    {
        try
        {
            return ArchiveStream.Open(path, ".data");
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new WitnessException($"{name} is not readable: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync(RowLineReader lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadRowAsync(cancellation);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw new WitnessException($"{name} is not readable: {error.Message.TrimEnd('.')}.", error);
        }
    }
}
