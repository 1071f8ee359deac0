using System.Text.Json;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Rows;

namespace Ingester.Postgres.Loading;

/// <summary>A minute object that is being read: its header, and then its rows.</summary>
internal sealed class ObjectLines : IAsyncDisposable
{
    private ObjectLines(DerivedHeader header, IAsyncEnumerator<ReadOnlyMemory<byte>> rows) => (Inputs, Columns, Rows) = (header.Inputs, [.. header.ParsedColumns], rows);

    /// <summary>The hash of what the rows are made from.</summary>
    public string Inputs { get; }

    /// <summary>The columns of the rows.</summary>
    public IReadOnlyList<DerivedColumn> Columns { get; }

    /// <summary>The rows after it.</summary>
    public IAsyncEnumerator<ReadOnlyMemory<byte>> Rows { get; }

    /// <summary>Opens an object and reads its header.</summary>
    /// <exception cref="UnreadableRowException">It has no header, or that of another dataset.</exception>
    /// <exception cref="Storage.Stores.StoreException">The store does not return it.</exception>
    public static async Task<ObjectLines> OpenAsync(DerivedStore store, DerivedKey key, CancellationToken cancellation)
    {
        var lines = store.ReadLinesAsync(key, cancellation).GetAsyncEnumerator(cancellation);
        try
        {
            if (!await lines.MoveNextAsync())
                throw new UnreadableRowException("it is empty");
            var header = DerivedHeader.Read(lines.Current.Span);
            if (header.Dataset != key.Dataset.Name())
                throw new UnreadableRowException($"its header names the dataset {header.Dataset}");
            return new(header, lines);
        }
        catch (Exception failure)
        {
            await lines.DisposeAsync();
            if (failure is JsonException or ArgumentException or IndexOutOfRangeException)
                throw new UnreadableRowException(failure.Message.TrimEnd('.'), failure);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Rows.DisposeAsync();
}
