using System.Security.Cryptography;
using System.Text;
using Ingester.Core.Time;
using Parquet.Schema;

namespace Ingester.Publishing.Files;

/// <summary>The Parquet file of a stream of trades.</summary>
internal sealed class TradeParquet : IAsyncDisposable
{
    private static readonly DataField Id = new DataField<string>("id");
    private static readonly DataField Side = new DataField<string>("side");
    private static readonly DataField Type = new DataField<string>("type");
    private static readonly DateTimeDataField Timestamp = new("timestamp", DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros);
    private static readonly DateTimeDataField LocalTimestamp = new("local_timestamp", DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros);

    private readonly string path;
    private readonly RowGroups file;
    private readonly NumberColumn price;
    private readonly NumberColumn amount;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string?[] ids = new string?[RowGroups.Capacity];
    private readonly string?[] sides = new string?[RowGroups.Capacity];
    private readonly string?[] types = new string?[RowGroups.Capacity];
    private readonly DateTime[] times = new DateTime[RowGroups.Capacity];
    private readonly DateTime[] localTimes = new DateTime[RowGroups.Capacity];
    private int count;
    private long rows;

    private TradeParquet(string path, RowGroups file, NumberColumn price, NumberColumn amount) => (this.path, this.file, this.price, this.amount) = (path, file, price, amount);

    /// <summary>Number of values that are kept as text.</summary>
    public long TextNumbers => price.TextCount + amount.TextCount;

    /// <summary>Creates the file.</summary>
    public static async Task<TradeParquet> CreateAsync(string path, NumberForm form, CancellationToken cancellation)
    {
        var (price, amount) = (new NumberColumn("price", form, RowGroups.Capacity), new NumberColumn("amount", form, RowGroups.Capacity));
        return new(path, await RowGroups.CreateAsync(path, [Id, Timestamp, LocalTimestamp, Side, .. price.Fields, .. amount.Fields, Type], cancellation), price, amount);
    }

    /// <summary>Adds one trade; true if the row group is full and must be written.</summary>
    /// <param name="micros">Exchange time.</param>
    /// <param name="localMicros">Time of arrival.</param>
    /// <param name="trade">The trade.</param>
    /// <param name="line">The stored row.</param>
    public bool Add(long micros, long localMicros, in TradeRow trade, ReadOnlySpan<byte> line)
    {
        hash.AppendData(line);
        hash.AppendData("\n"u8);
        ids[count] = trade.Id.IsEmpty ? null : Encoding.UTF8.GetString(trade.Id);
        times[count] = Micros.ToDateTime(micros);
        localTimes[count] = Micros.ToDateTime(localMicros);
        sides[count] = trade.Side.SequenceEqual("buy"u8) ? "buy" : trade.Side.SequenceEqual("sell"u8) ? "sell" : "unknown";
        price.Set(count, trade.Price);
        amount.Set(count, trade.Size);
        types[count] = trade.Type.IsEmpty ? null : Encoding.UTF8.GetString(trade.Type);
        return ++count == RowGroups.Capacity;
    }

    /// <summary>Writes the row group.</summary>
    public async Task FlushAsync()
    {
        if (count == 0)
            return;
        await file.WriteAsync(async group =>
        {
            await group.WriteAsync(Id, new ArraySegment<string>(ids!, 0, count));
            await group.WriteAsync<DateTime>(Timestamp, times.AsMemory(0, count));
            await group.WriteAsync<DateTime>(LocalTimestamp, localTimes.AsMemory(0, count));
            await group.WriteAsync(Side, new ArraySegment<string>(sides!, 0, count));
            await price.WriteAsync(group, count);
            await amount.WriteAsync(group, count);
            await group.WriteAsync(Type, new ArraySegment<string>(types!, 0, count));
        });
        rows += count;
        count = 0;
    }

    /// <summary>Completes the file.</summary>
    public async Task<FileContent> CompleteAsync()
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
}
