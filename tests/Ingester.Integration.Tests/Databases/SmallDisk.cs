namespace Ingester.Integration.Tests.Databases;

/// <summary>A small disk for one database of a server. What the server keeps of all databases, such as its write-ahead log, is on another disk.</summary>
/// <param name="server">The server.</param>
/// <param name="path">Where the disk is mounted.</param>
internal sealed class SmallDisk(PostgresServer server, string path) : IAsyncDisposable
{
    private static readonly byte[] Block = new byte[1 << 20];

    private readonly string filler = Path.Combine(path, "filler");
    private readonly string tablespace = Path.GetFileName(path);
    private readonly Stack<string> undo = new(); // statements that drop what was created, the last one first

    /// <summary>Opens a new database on this disk, with current tables.</summary>
    public async Task<TestDatabase> OpenNewAsync()
    {
        await server.ExecuteAsync($"CREATE TABLESPACE {tablespace} LOCATION '{path}'");
        undo.Push($"DROP TABLESPACE {tablespace}");
        var database = await server.OpenNewAsync($"TABLESPACE {tablespace}");
        undo.Push($"DROP DATABASE {new Uri(database.Uri).AbsolutePath.Trim('/')} WITH (FORCE)");
        return database;
    }

    /// <summary>Fills the disk.</summary>
    /// <param name="free">The number of bytes that stay free.</param>
    /// <param name="withoutCatalogCache">True to delete the files in which the server keeps the catalogs of a database for new connections.</param>
    public async Task FillAsync(long free, bool withoutCatalogCache)
    {
        await server.ExecuteAsync("CHECKPOINT"); // it frees the files of tables that are gone; the next one would, which any other test may cause
        foreach (var cache in withoutCatalogCache ? Directory.GetFiles(path, "pg_internal.init", SearchOption.AllDirectories) : [])
            File.Delete(cache);
        await using var file = File.Create(filler);
        for (var rest = new DriveInfo(path).AvailableFreeSpace - free; rest > 0; rest -= Block.Length)
            await file.WriteAsync(Block.AsMemory(0, (int)Math.Min(rest, Block.Length)));
    }

    /// <summary>Frees what was filled.</summary>
    public void Empty() => File.Delete(filler);

    public async ValueTask DisposeAsync()
    {
        Empty();
        while (undo.TryPop(out var statement))
            await server.ExecuteAsync(statement);
        await server.UnmountAsync(path);
    }
}
