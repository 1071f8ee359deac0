using System.Text;
using System.Text.Json;
using Ingester.Core.Time;
using Ingester.PaperJournal.Blocks;
using Ingester.Postgres.Connections;
using Npgsql;

namespace Ingester.Paper.Databases;

/// <summary>
/// Loads the journal of a run into PostgreSQL, each line once: a block and its lines are one transaction, and the blocks that are loaded are not loaded again. Not
/// thread-safe; several processes may load the same run.
/// </summary>
/// <param name="source">The database, with current tables.</param>
/// <param name="address">Its address, for messages.</param>
/// <param name="journals">The journals of the store.</param>
/// <param name="run">The run.</param>
internal sealed class JournalDatabase(NpgsqlDataSource source, DatabaseAddress address, RunJournalReader journals, string run)
{
    private LoadedBlocks? loaded;

    /// <summary>Number of blocks that are loaded, as far as it is known; 0 before the first call of <see cref="LoadAsync"/>.</summary>
    public int Blocks => loaded?.Count ?? 0;

    /// <summary>Loads the blocks that the database lacks.</summary>
    /// <param name="end">The number of blocks that the run has in the store.</param>
    /// <param name="cancellation">Cancels the load.</param>
    /// <returns>Number of lines that were loaded.</returns>
    /// <exception cref="DatabaseException">The database failed.</exception>
    /// <exception cref="JournalException">The journal is damaged, or the database has another journal of this run.</exception>
    /// <exception cref="Ingester.Storage.Stores.StoreException">The store does not answer.</exception>
    public Task<long> LoadAsync(int end, CancellationToken cancellation) => DatabaseFaults.TranslateAsync(address, () => LoadBlocksAsync(end, cancellation));

    private async Task<long> LoadBlocksAsync(int end, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        loaded ??= await FindLoadedAsync(connection, cancellation);
        var lines = 0L;
        await foreach (var block in journals.ReadBlocksAsync(run, loaded.Count, end, loaded.Head, cancellation))
        {
            lines += await InsertAsync(connection, block, loaded.Lines, cancellation) ? block.Lines.Count : 0;
            loaded = new(block.Number + 1, loaded.Lines + block.Lines.Count, block.Head);
        }

        return lines;
    }

    private async Task<LoadedBlocks> FindLoadedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var find = new NpgsqlCommand("SELECT block, first_sequence + lines, head FROM paper_blocks WHERE run = $1 ORDER BY block DESC LIMIT 1", connection) { Parameters = { new() { Value = run } } };
        LoadedBlocks found;
        await using (var row = await find.ExecuteReaderAsync(cancellation))
        {
            if (!await row.ReadAsync(cancellation))
                return new(0, 0, JournalBlock.NoHash);
            found = new(row.GetInt32(0) + 1, row.GetInt64(1), row.GetString(2));
        }

        await foreach (var block in journals.ReadBlocksAsync(run, found.Count - 1, found.Count, previous: null, cancellation))
            if (block.Head != found.Head)
                throw Different(block.Number);
        return found;
    }

    private JournalException Different(int block) => new($"The database {address} has another journal of the run {run}: its block {block} differs. Choose another name with --run, or delete the rows of the run from paper_journal and paper_blocks.");

    /// <summary>Inserts a block with its lines; false if another process has done it.</summary>
    private async Task<bool> InsertAsync(NpgsqlConnection connection, CheckedBlock block, long sequence, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var claim = new NpgsqlCommand("INSERT INTO paper_blocks (run, block, head, first_sequence, lines) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (run, block) DO NOTHING", connection)
        {
            Parameters = { new() { Value = run }, new() { Value = block.Number }, new() { Value = block.Head }, new() { Value = sequence }, new() { Value = block.Lines.Count } },
        };
        if (await claim.ExecuteNonQueryAsync(cancellation) == 0)
        {
            await using var find = new NpgsqlCommand("SELECT head FROM paper_blocks WHERE run = $1 AND block = $2", connection) { Parameters = { new() { Value = run }, new() { Value = block.Number } } };
            return (string?)await find.ExecuteScalarAsync(cancellation) == block.Head ? false : throw Different(block.Number);
        }

        var (times, kinds, texts) = (new DateTime[block.Lines.Count], new string[block.Lines.Count], new string[block.Lines.Count]);
        for (var index = 0; index < block.Lines.Count; index++)
        {
            using var line = JsonDocument.Parse(block.Lines[index]);
            (times[index], kinds[index]) = (Micros.ToDateTime(line.RootElement.GetProperty("ts").GetInt64()), line.RootElement.GetProperty("kind").GetString()!);
            texts[index] = Encoding.UTF8.GetString(block.Lines[index].Span);
        }

        await using var insert = new NpgsqlCommand("""
            INSERT INTO paper_journal (run, sequence, block, time, kind, line)
            SELECT $1, $2 + place - 1, $3, time, kind, line::jsonb FROM unnest($4::timestamptz[], $5::text[], $6::text[]) WITH ORDINALITY AS lines (time, kind, line, place)
            """, connection)
        {
            Parameters = { new() { Value = run }, new() { Value = sequence }, new() { Value = block.Number }, new() { Value = times }, new() { Value = kinds }, new() { Value = texts } },
        };
        await insert.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>What is loaded.</summary>
    /// <param name="Count">Number of blocks.</param>
    /// <param name="Lines">Number of lines.</param>
    /// <param name="Head">The hash of the last block.</param>
    private sealed record LoadedBlocks(int Count, long Lines, string Head);
}
