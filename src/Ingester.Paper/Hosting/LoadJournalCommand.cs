using System.CommandLine;
using Ingester.Paper.Settings;
using Ingester.PaperJournal.Blocks;
using Ingester.Postgres.Migrations;

namespace Ingester.Paper.Hosting;

/// <summary><c>ingester-paper load</c>.</summary>
internal static class LoadJournalCommand
{
    private static readonly Argument<string?> Run = new("run") { Description = "The run. Default: the only one in the store.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var (store, database) = (new StoreArguments(), new DatabaseArguments());
        var command = new Command("load", "Loads the journal of a run into PostgreSQL, each line once. A run with --database does the same while it runs.") { Run };
        store.AddTo(command);
        database.AddTo(command);
        command.SetAction((line, cancel) => LoadAsync(line, store, database, cancel));
        return command;
    }

    private static async Task<int> LoadAsync(ParseResult line, StoreArguments storeArguments, DatabaseArguments databaseArguments, CancellationToken cancellation)
    {
        var address = databaseArguments.Read(line) ?? throw new SettingsException("--database is required, such as postgresql://user@host:5432/database.");
        var journals = new JournalStore(storeArguments.Open(line, TimeProvider.System), storeArguments.Prefix(line), TimeProvider.System);
        var run = await ReportCommand.FindRunAsync(journals, line.GetValue(Run), cancellation);
        var numbers = await journals.ListBlocksAsync(run, cancellation);
        if (numbers.Count == 0)
            throw new JournalException($"There is no run {run} in the store.");
        await using var source = address.Open();
        await new Migrator(source, address, MigrationFiles.All).MigrateAsync(cancellation);
        var lines = await new Databases.JournalDatabase(source, address, new(journals), run).LoadAsync(numbers[^1] + 1, cancellation);
        Console.WriteLine($"{lines} lines of the run {run} were loaded into {address}; it has {numbers[^1] + 1} blocks.");
        return ExitCodes.Succeeded;
    }
}
