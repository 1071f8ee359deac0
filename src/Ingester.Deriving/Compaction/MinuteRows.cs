using System.Runtime.CompilerServices;
using System.Text.Json;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Rows;
using Ingester.Storage.Stores;

namespace Ingester.Deriving.Compaction;

/// <summary>Reads the rows of minute objects one after the other, with the columns of all of them: settings may have changed within an hour.</summary>
internal sealed class MinuteRows
{
    private readonly DerivedStore store;
    private readonly IReadOnlyList<DerivedKey> minutes;
    private readonly RowColumns columns;

    private MinuteRows(DerivedStore store, IReadOnlyList<DerivedKey> minutes, RowColumns columns) => (this.store, this.minutes, this.columns) = (store, minutes, columns);

    /// <summary>The columns.</summary>
    public IReadOnlyList<DerivedColumn> Columns => columns.Columns;

    /// <summary>Reads the headers.</summary>
    /// <exception cref="StoreException">An object is damaged, or the store does not answer.</exception>
    public static async Task<MinuteRows> OpenAsync(DerivedStore store, IReadOnlyList<DerivedKey> minutes, CancellationToken cancellation)
    {
        var columns = new List<DerivedColumn>();
        foreach (var minute in minutes)
            foreach (var column in (await store.ReadHeaderAsync(minute, cancellation))?.ParsedColumns ?? throw Damaged(minute, "it has no header"))
                if (!columns.Contains(column))
                    columns.Add(column);
        return new(store, minutes, new(columns));
    }

    /// <summary>The place of a column in a row; negative when no minute has it.</summary>
    public int IndexOf(string column) => columns.Columns.ToList().FindIndex(one => one.Name == column);

    /// <summary>The rows in order: strings, <see cref="long"/>, or null. The array is reused for the next row.</summary>
    /// <exception cref="StoreException">An object is damaged, or the store does not answer.</exception>
    public async IAsyncEnumerable<object?[]> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var values = new object?[columns.Columns.Count];
        foreach (var minute in minutes)
        {
            var isHeader = true;
            await foreach (var line in store.ReadLinesAsync(minute, cancellation))
            {
                if (!isHeader)
                {
                    Parse(minute, line.Span, values);
                    yield return values;
                }

                isHeader = false;
            }
        }
    }

    private void Parse(DerivedKey minute, ReadOnlySpan<byte> line, object?[] values)
    {
        try
        {
            columns.Read(line, values);
        }
        catch (JsonException invalid)
        {
            throw Damaged(minute, invalid.Message);
        }
    }

    private static StoreException Damaged(DerivedKey key, string reason) => new($"{key.ToString("")} is not readable: {reason}.", permanent: false);
}
