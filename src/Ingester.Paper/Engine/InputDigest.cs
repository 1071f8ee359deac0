using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ingester.Core.Books;
using Ingester.Paper.Feeds;
using Ingester.Reading.Books;

namespace Ingester.Paper.Engine;

/// <summary>
/// The order of the inputs of a bar: a hash over everything that decides, in the order in which it was used: rows, gaps, resets, books of the store, and the state of the kill
/// file. Not thread-safe.
/// </summary>
internal sealed class InputDigest : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] times = new byte[2 * sizeof(long)];

    /// <summary>Number of inputs since the last call of <see cref="Complete"/>.</summary>
    public long Count { get; private set; }

    /// <summary>Adds an input.</summary>
    public void Add(in FeedItem item)
    {
        BinaryPrimitives.WriteInt64LittleEndian(times, item.ArrivalMicros);
        BinaryPrimitives.WriteInt64LittleEndian(times.AsSpan(sizeof(long)), item.Kind == FeedItemKind.Row ? item.Micros : 0); // of a gap, only its place and its text decide
        hash.AppendData(times);
        Add($"{item.Stream?.Text}\n{item.Kind}\n{item.Text}\n");
        hash.AppendData(item.Row.Span);
        if (item.Book is { } book)
            Add(book);
        Count++;
    }

    /// <summary>Adds the state of the kill file.</summary>
    public void Add(bool isKilled) => Add(isKilled ? "killed\n" : "");

    /// <summary>Ends the bar.</summary>
    /// <returns>The hash of its inputs, 64 hex digits.</returns>
    public string Complete()
    {
        Count = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();

    private void Add(BookResult book)
    {
        Add(FormattableString.Invariant($"{book.Proof == BookProof.Unknown}|{book.UpTo}|{book.LastMicros}|{book.BidHorizon}|{book.AskHorizon}|{book.IsCrossed}\n"));
        foreach (IReadOnlyList<BookLevel> side in (IReadOnlyList<BookLevel>[])[book.Bids, book.Asks])
            Add($"{string.Join(',', side.Select(static level => $"{level.Price}:{level.Size}"))}\n");
    }

    private void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
}
