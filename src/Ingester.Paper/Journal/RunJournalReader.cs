using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Ingester.Paper.Journal;

/// <summary>Reads and checks journals.</summary>
/// <param name="store">The journals.</param>
internal sealed class RunJournalReader(JournalStore store)
{
    /// <summary>The kind of the last line of a run.</summary>
    public const string EndKind = "end";

    /// <summary>Reads the lines of a run in order, and checks every block before its lines are returned.</summary>
    /// <exception cref="JournalException">There is no such run, or a block is damaged, changed or missing.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(string run, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var numbers = await store.ListBlocksAsync(run, cancellation);
        if (numbers.Count == 0)
            throw new JournalException($"There is no run {run} in the store.");
        var previous = JournalBlock.NoHash;
        for (var index = 0; index < numbers.Count; index++)
        {
            var (lines, head, problem) = await ReadBlockAsync(run, index, numbers[index], previous, cancellation);
            if (problem is not null)
                throw new JournalException($"{problem} Run ingester-paper verify-journal to check all blocks.");
            previous = head;
            foreach (var line in lines)
                yield return line;
        }
    }

    /// <summary>Checks all blocks of a run.</summary>
    /// <exception cref="JournalException">There is no such run.</exception>
    public async Task<JournalCheck> VerifyAsync(string run, CancellationToken cancellation)
    {
        var numbers = await store.ListBlocksAsync(run, cancellation);
        if (numbers.Count == 0)
            throw new JournalException($"There is no run {run} in the store.");
        var problems = new List<string>();
        var previous = (string?)JournalBlock.NoHash;
        var (count, isEnded, head) = (0L, false, "");
        for (int index = 0, expected = 0; index < numbers.Count; index++, expected++)
        {
            for (; expected < numbers[index]; expected++)
            {
                problems.Add($"{store.KeyOf(run, expected)} is missing.");
                previous = null; // what it would be is not known
            }

            var (lines, hash, problem) = await ReadBlockAsync(run, expected, numbers[index], previous, cancellation);
            if (problem is not null)
                problems.Add(problem);
            (previous, head) = (hash.Length > 0 ? hash : null, hash);
            count += lines.Count;
            isEnded = lines.Count > 0 && IsEnd(lines[^1]);
        }

        return new(run, numbers.Count, count, head, isEnded, problems);
    }

    private static bool IsEnd(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("kind").ValueEquals(EndKind);
    }

    /// <summary>Reads and checks a block.</summary>
    /// <returns>Its lines, the hash of its footer, and what is wrong as a sentence; no lines then.</returns>
    private async Task<(List<ReadOnlyMemory<byte>> Lines, string Head, string? Problem)> ReadBlockAsync(string run, int expected, int number, string? previous, CancellationToken cancellation)
    {
        var key = store.KeyOf(run, number);
        if (number != expected)
            return ([], "", $"{store.KeyOf(run, expected)} is missing.");
        byte[] text;
        try
        {
            text = await store.ReadAsync(run, number, cancellation);
        }
        catch (JournalException damaged)
        {
            return ([], "", damaged.Message);
        }

        var lines = Split(text);
        try
        {
            if (lines.Count < 2 || text[^1] != (byte)'\n')
                return ([], "", $"{key} is truncated.");
            var header = JsonSerializer.Deserialize(lines[0].Span, BlockJson.Default.BlockHeader)!;
            var footer = JsonSerializer.Deserialize(lines[^1].Span, BlockJson.Default.BlockFooter)!;
            var digest = Convert.ToHexStringLower(SHA256.HashData(text.AsSpan(0, text.Length - lines[^1].Length - 1)));
            var problem =
                header.Version != JournalBlock.Version ? $"{key} has the version {header.Version}, which this program does not know."
                : digest != footer.Sha256 ? $"{key} was changed: its content does not have the hash of its footer."
                : footer.Lines != lines.Count - 2 ? $"{key} was changed: its footer names {footer.Lines} lines, and it has {lines.Count - 2}."
                : header.Run != run || header.Block != number ? $"{key} holds block {header.Block} of the run {header.Run}."
                : previous is not null && header.Previous != previous ? $"{key} does not follow the block before it: it was changed, or the block before was."
                : null;
            return problem is null ? (lines[1..^1], footer.Sha256, null) : ([], digest == footer.Sha256 ? footer.Sha256 : "", problem);
        }
        catch (JsonException invalid)
        {
            return ([], "", $"{key} was changed: {invalid.Message}");
        }
    }

    private static List<ReadOnlyMemory<byte>> Split(byte[] text)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        for (var start = 0; start < text.Length;)
        {
            var length = text.AsSpan(start).IndexOf((byte)'\n');
            if (length < 0)
                length = text.Length - start;
            lines.Add(text.AsMemory(start, length));
            start += length + 1;
        }

        return lines;
    }
}
