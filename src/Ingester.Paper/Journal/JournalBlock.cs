using System.Security.Cryptography;
using System.Text.Json;
using Ingester.Core.Memory;

namespace Ingester.Paper.Journal;

/// <summary>
/// The text of one block: a header with the hash of the block before, the lines, and a footer with the hash of everything above it. So every changed byte is found, and no
/// block can be exchanged or left out.
/// </summary>
internal sealed class JournalBlock : IDisposable
{
    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    /// <summary>The hash before the first block.</summary>
    public static readonly string NoHash = new('0', 2 * SHA256.HashSizeInBytes);

    private readonly RowBuffer text = new();
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Begins a block.</summary>
    /// <param name="run">The run.</param>
    /// <param name="number">The number of the block, from 0.</param>
    /// <param name="previous">The hash in the footer of the block before; <see cref="NoHash"/> for the first.</param>
    /// <param name="micros">The start of its minute, microseconds UTC of event time.</param>
    public JournalBlock(string run, int number, string previous, long micros)
    {
        (Number, Micros) = (number, micros);
        Append(JsonSerializer.SerializeToUtf8Bytes(new BlockHeader("paper-journal", Version, run, number, micros, previous), BlockJson.Default.BlockHeader));
    }

    /// <summary>The number of the block.</summary>
    public int Number { get; }

    /// <summary>The start of its minute, microseconds UTC.</summary>
    public long Micros { get; }

    /// <summary>Number of lines, without header and footer.</summary>
    public int Lines { get; private set; }

    /// <summary>The text; complete after <see cref="Seal"/>.</summary>
    public RowBuffer Text => text;

    /// <summary>Adds a line.</summary>
    /// <param name="line">A JSON object without the line feed.</param>
    public void Add(ReadOnlySpan<byte> line)
    {
        Append(line);
        Lines++;
    }

    /// <summary>Ends the block.</summary>
    /// <returns>The hash in its footer.</returns>
    public string Seal()
    {
        var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        text.Append(JsonSerializer.SerializeToUtf8Bytes(new BlockFooter(Lines, digest), BlockJson.Default.BlockFooter));
        text.Append("\n"u8);
        return digest;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        text.Dispose();
        hash.Dispose();
    }

    private void Append(ReadOnlySpan<byte> line)
    {
        hash.AppendData(line);
        hash.AppendData("\n"u8);
        text.Append(line);
        text.Append("\n"u8);
    }
}
