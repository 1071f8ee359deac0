using System.Security.Cryptography;
using Ingester.Core.Books;
using Ingester.Core.Time;
using Parquet.Schema;

namespace Ingester.Publishing.Files;

/// <summary>
/// The Parquet file of a book: the rows of <c>incremental_book_L2</c> with ids, and also the stored diffs of times in which the book is not known. A
/// snapshot is always written with every level.
/// </summary>
internal sealed class BookParquet : IBookFile
{
    private static readonly DataField Message = new DataField<long>("message");
    private static readonly DateTimeDataField Timestamp = new("timestamp", DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros);
    private static readonly DateTimeDataField LocalTimestamp = new("local_timestamp", DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros);
    private static readonly DataField After = new DataField<long?>("after");
    private static readonly DataField UpTo = new DataField<long?>("upto");
    private static readonly DataField IsSnapshot = new DataField<bool>("is_snapshot");
    private static readonly DataField Known = new DataField<bool>("known");
    private static readonly DataField Side = new DataField<string>("side");

    private readonly string path;
    private readonly RowGroups file;
    private readonly NumberColumn price;
    private readonly NumberColumn amount;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long[] messages = new long[RowGroups.Capacity];
    private readonly DateTime[] times = new DateTime[RowGroups.Capacity];
    private readonly DateTime[] localTimes = new DateTime[RowGroups.Capacity];
    private readonly long?[] afters = new long?[RowGroups.Capacity];
    private readonly long?[] upTos = new long?[RowGroups.Capacity];
    private readonly bool[] snapshots = new bool[RowGroups.Capacity];
    private readonly bool[] knowns = new bool[RowGroups.Capacity];
    private readonly string?[] sides = new string?[RowGroups.Capacity];
    private int count;
    private long rows;

    private BookParquet(string path, RowGroups file, NumberColumn price, NumberColumn amount) => (this.path, this.file, this.price, this.amount) = (path, file, price, amount);

    /// <summary>Number of values that are kept as text.</summary>
    public long TextNumbers => price.TextCount + amount.TextCount;

    /// <summary>Creates the file.</summary>
    public static async Task<BookParquet> CreateAsync(string path, NumberForm form, CancellationToken cancellation)
    {
        var (price, amount) = (new NumberColumn("price", form, RowGroups.Capacity), new NumberColumn("amount", form, RowGroups.Capacity));
        return new(path, await RowGroups.CreateAsync(path, [Message, Timestamp, LocalTimestamp, After, UpTo, IsSnapshot, Known, Side, .. price.Fields, .. amount.Fields], cancellation), price, amount);
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(BookMessage message, CancellationToken cancellation)
    {
        if (!message.Line.IsEmpty)
        {
            hash.AppendData(message.Line.Span);
            hash.AppendData("\n"u8);
        }

        if (message.IsSnapshot)
        {
            await WriteSnapshotAsync(message, "bid", message.Book!.Bids);
            await WriteSnapshotAsync(message, "ask", message.Book.Asks);
            return;
        }

        await WriteDiffAsync(message, "bid", message.Bids);
        await WriteDiffAsync(message, "ask", message.Asks);
        foreach (var level in message.RemovedBids)
            await AddAsync(message, "bid", level.Price, "0"u8.ToArray());
        foreach (var level in message.RemovedAsks)
            await AddAsync(message, "ask", level.Price, "0"u8.ToArray());
    }

    /// <inheritdoc/>
    public async Task<FileContent> CompleteAsync(CancellationToken cancellation)
    {
        await FlushAsync();
        await file.DisposeAsync();
        return new(path, rows, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await file.DisposeAsync();
        hash.Dispose();
    }

    private async ValueTask WriteDiffAsync(BookMessage message, string side, ReadOnlyMemory<byte> levels)
    {
        for (var done = 0; ;)
        {
            var added = AddLevels(message, side, levels.Span, done);
            if (count < RowGroups.Capacity)
                return;
            await FlushAsync();
            done += added;
        }
    }

    /// <summary>Adds the levels of a diff after the first ones until the row group is full; returns the number of added levels.</summary>
    private int AddLevels(BookMessage message, string side, ReadOnlySpan<byte> levels, int skip)
    {
        var reader = new LevelReader(levels);
        var added = 0;
        while (count < RowGroups.Capacity && reader.Read())
            if (skip > 0)
            {
                skip--;
            }
            else
            {
                Add(message, side, reader.Price, reader.Size);
                added++;
            }

        return added;
    }

    private async ValueTask WriteSnapshotAsync(BookMessage message, string side, BookSide levels)
    {
        for (var rank = 0; rank < levels.Count; rank++)
        {
            AddLevel(message, side, levels[rank]);
            if (count == RowGroups.Capacity)
                await FlushAsync();
        }
    }

    private void AddLevel(BookMessage message, string side, BookLevel level)
    {
        Span<byte> priceText = stackalloc byte[ExactDecimal.MaxTextLength], sizeText = stackalloc byte[ExactDecimal.MaxTextLength];
        Add(message, side, priceText[..level.Price.WriteText(priceText)], sizeText[..level.Size.WriteText(sizeText)]);
    }

    private async ValueTask AddAsync(BookMessage message, string side, ExactDecimal removed, byte[] zero)
    {
        AddRemoved(message, side, removed, zero);
        if (count == RowGroups.Capacity)
            await FlushAsync();
    }

    private void AddRemoved(BookMessage message, string side, ExactDecimal removed, byte[] zero)
    {
        Span<byte> priceText = stackalloc byte[ExactDecimal.MaxTextLength];
        Add(message, side, priceText[..removed.WriteText(priceText)], zero);
    }

    private void Add(BookMessage message, string side, ReadOnlySpan<byte> priceText, ReadOnlySpan<byte> size)
    {
        messages[count] = message.Number;
        times[count] = Micros.ToDateTime(message.Micros);
        localTimes[count] = Micros.ToDateTime(message.LocalMicros);
        afters[count] = message.IsSnapshot ? null : message.Range?.After;
        upTos[count] = message.Range?.UpTo;
        snapshots[count] = message.IsSnapshot;
        knowns[count] = message.Book is not null;
        sides[count] = side;
        price.Set(count, priceText);
        amount.Set(count, size);
        count++;
    }

    private async Task FlushAsync()
    {
        if (count == 0)
            return;
        await file.WriteAsync(async group =>
        {
            await group.WriteAsync<long>(Message, messages.AsMemory(0, count));
            await group.WriteAsync<DateTime>(Timestamp, times.AsMemory(0, count));
            await group.WriteAsync<DateTime>(LocalTimestamp, localTimes.AsMemory(0, count));
            await group.WriteAsync<long>(After, afters.AsMemory(0, count));
            await group.WriteAsync<long>(UpTo, upTos.AsMemory(0, count));
            await group.WriteAsync<bool>(IsSnapshot, snapshots.AsMemory(0, count));
            await group.WriteAsync<bool>(Known, knowns.AsMemory(0, count));
            await group.WriteAsync(Side, new ArraySegment<string>(sides!, 0, count));
            await price.WriteAsync(group, count);
            await amount.WriteAsync(group, count);
        });
        rows += count;
        count = 0;
    }
}
