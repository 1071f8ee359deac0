using System.CommandLine;
using Ingester.Errors;
using Ingester.Postgres.Connections;

namespace Ingester.Databases;

/// <summary>The options that name a database.</summary>
internal sealed class DatabaseOptions
{
    private const string Variable = "DATABASE_URL";

    private readonly Option<string?> database = new("--database")
    {
        Description = $"The database: postgresql://user@host:5432/database or a connection string of Npgsql. Default: the environment variable {Variable}. The password is best in PGPASSWORD or a file named by PGPASSFILE.",
    };

    private readonly Option<string> schema = new("--schema") { Description = "The schema of the tables. Default: ingester.", DefaultValueFactory = static _ => "ingester" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(database);
        command.Add(schema);
    }

    /// <summary>The address.</summary>
    /// <exception cref="CommandException">No address is given, or it is not valid. The message contains no part of it, because it may hold a password.</exception>
    public DatabaseAddress Read(ParseResult line)
    {
        var text = line.GetValue(database) ?? Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(text))
            throw new CommandException($"--database or the environment variable {Variable} is required, such as postgresql://user@host:5432/database.");
        try
        {
            return DatabaseAddress.Parse(text.Trim(), line.GetRequiredValue(schema));
        }
        catch (FormatException invalid)
        {
            throw new CommandException(invalid.Message, invalid);
        }
    }

    /// <summary>Runs an operation of the database; its failure is a failed command.</summary>
    public static async Task<T> RunAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (DatabaseException failure)
        {
            throw new CommandException(failure.Message, failure) { ExitCode = ExitCodes.Failed };
        }
    }
}
