using System.CommandLine;
using Ingester.Paper.Settings;
using Ingester.Postgres.Connections;

namespace Ingester.Paper.Hosting;

/// <summary>The database that a command writes journals to.</summary>
internal sealed class DatabaseArguments
{
    private const string Variable = "INGESTER_PAPER_DATABASE";

    private readonly Option<string?> database = new("--database")
    {
        Description = $"A PostgreSQL for the journal, in addition to the store: postgresql://user@host:5432/database or a connection string of Npgsql. Default: the environment variable {Variable}. The password is best in PGPASSWORD or a file named by PGPASSFILE.",
    };

    private readonly Option<string> schema = new("--schema") { Description = "The schema of the tables. Default: ingester.", DefaultValueFactory = static _ => "ingester" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(database);
        command.Add(schema);
    }

    /// <summary>The address; null if none is given.</summary>
    /// <exception cref="SettingsException">The address is not valid. The message contains no part of it, because it may hold a password.</exception>
    public DatabaseAddress? Read(ParseResult line)
    {
        var text = line.GetValue(database) ?? Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(text))
            return null;
        try
        {
            return DatabaseAddress.Parse(text.Trim(), line.GetRequiredValue(schema));
        }
        catch (FormatException invalid)
        {
            throw new SettingsException(invalid.Message, invalid);
        }
    }
}
