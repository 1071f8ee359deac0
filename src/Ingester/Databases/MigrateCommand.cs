using System.CommandLine;
using Ingester.Errors;
using Ingester.Postgres.Migrations;

namespace Ingester.Databases;

/// <summary><c>ingester postgres migrate</c>: creates or updates the schema.</summary>
internal static class MigrateCommand
{
    private static readonly DatabaseOptions Database = new();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("migrate", """
            Creates the tables, or updates them to the version of this program.

            load does the same before it loads; this command is for a database where only another role may create tables. All migrations run in one transaction,
            and a schema of a newer version is refused.
            """);
        Database.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var address = Database.Read(line);
        await using var database = address.Open();
        var applied = await DatabaseOptions.RunAsync(() => new Migrator(database, address, MigrationFiles.All).MigrateAsync(cancel));
        foreach (var migration in applied)
            Console.WriteLine($"Applied {migration.Name}.");
        Console.WriteLine($"The schema {address.Schema} of {address} has version {MigrationFiles.All[^1].Version}.");
        return ExitCodes.Succeeded;
    }
}
