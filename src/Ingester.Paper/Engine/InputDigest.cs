using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ingester.Paper.Feeds;

namespace Ingester.Paper.Engine;

/// <summary>The order of the inputs of a bar: a hash over all of them, in the order in which they were used. Not thread-safe.</summary>
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
        BinaryPrimitives.WriteInt64LittleEndian(times.AsSpan(sizeof(long)), item.Micros);
        hash.AppendData(times);
        hash.AppendData(Encoding.UTF8.GetBytes($"{item.Stream?.Text}\n{item.Kind}\n"));
        hash.AppendData(item.Row.Span);
        Count++;
    }

    /// <summary>Ends the bar.</summary>
    /// <returns>The hash of its inputs, 64 hex digits.</returns>
    public string Complete()
    {
        Count = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();
}
