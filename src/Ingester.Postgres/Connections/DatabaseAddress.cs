using System.Globalization;
using Npgsql;

namespace Ingester.Postgres.Connections;

/// <summary>A database and the schema of the tables in it.</summary>
internal sealed class DatabaseAddress
{
    private const int ConnectTimeoutSeconds = 15;
    private const int CommandTimeoutSeconds = 600; // one statement moves the rows of up to an hour

    private readonly NpgsqlConnectionStringBuilder settings;

    private DatabaseAddress(NpgsqlConnectionStringBuilder settings, string schema) => (this.settings, Schema) = (settings, schema);

    /// <summary>The schema of the tables.</summary>
    public string Schema { get; }

    /// <summary>The user; null for the default of PostgreSQL.</summary>
    public string? User => settings.Username;

    /// <summary>Parses an address.</summary>
    /// <param name="text">A URI such as <c>postgresql://user@host:5432/database?sslmode=require</c>, or a connection string of Npgsql such as <c>Host=…;Database=…</c>.</param>
    /// <param name="schema">The schema: lower-case letters, digits and <c>_</c>, not a digit first.</param>
    /// <exception cref="FormatException">The text is not an address. The message does not contain the text, which may hold a password.</exception>
    public static DatabaseAddress Parse(string text, string schema)
    {
        if (schema.Length is 0 or > 63 || char.IsAsciiDigit(schema[0]) || !schema.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_'))
            throw new FormatException($"'{schema}' is not a name of a schema: up to 63 lower-case letters, digits and _ are allowed, not a digit first.");
        var settings = IsUri(text) ? ReadUri(text) : ReadConnectionString(text);
        if (string.IsNullOrEmpty(settings.Host))
            throw new FormatException("The address of the database names no host.");
        settings.SearchPath = schema;
        settings.NoResetOnClose = true; // temporary tables stay for the next batch
        if (!IsGiven(settings, "Application Name"))
            settings.ApplicationName = "ingester";
        if (!IsGiven(settings, "Timeout"))
            settings.Timeout = ConnectTimeoutSeconds;
        if (!IsGiven(settings, "Command Timeout"))
            settings.CommandTimeout = CommandTimeoutSeconds;
        return new(settings, schema);
    }

    /// <summary>Opens a pool of connections. Nothing is sent yet.</summary>
    public NpgsqlDataSource Open() => NpgsqlDataSource.Create(settings);

    /// <summary>The database for messages, without user and password.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{settings.Database ?? settings.Username ?? "the default database"} on {settings.Host}:{settings.Port}");

    private static bool IsUri(string text) => text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal);

    private static NpgsqlConnectionStringBuilder ReadUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.PathAndQuery.Contains('@', StringComparison.Ordinal) || uri.Fragment.Length > 0)
            throw new FormatException("The address of the database is not a URI such as postgresql://user:password@host:5432/database. Special characters of a password are percent-encoded: / is %2F, @ is %40, # is %23.");
        var settings = new NpgsqlConnectionStringBuilder { Host = uri.Host.Trim('[', ']'), Port = uri.Port > 0 ? uri.Port : NpgsqlConnection.DefaultPort };
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
            settings.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            settings.Password = Uri.UnescapeDataString(user[1]);
        if (uri.AbsolutePath.Trim('/') is { Length: > 0 } database)
            settings.Database = Uri.UnescapeDataString(database);
        foreach (var parameter in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            Set(settings, Uri.UnescapeDataString(parameter.Split('=', 2)[0]), Uri.UnescapeDataString(parameter.Split('=', 2) is [_, var value] ? value : ""));
        return settings;
    }

    private static void Set(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        try
        {
            settings[name] = name.Equals("sslmode", StringComparison.OrdinalIgnoreCase) ? value.Replace("-", "", StringComparison.Ordinal) : value; // verify-full is VerifyFull
        }
        catch (Exception invalid) when (invalid is ArgumentException or FormatException or InvalidCastException)
        {
            throw new FormatException($"The address of the database has the parameter '{name}', which is unknown or has an invalid value.", invalid);
        }
    }

    private static NpgsqlConnectionStringBuilder ReadConnectionString(string text)
    {
        try
        {
            return new(text);
        }
        catch (Exception invalid) when (invalid is ArgumentException or FormatException or InvalidCastException)
        {
            throw new FormatException("The address of the database is neither a URI such as postgresql://user@host:5432/database nor a connection string such as Host=…;Database=…;Username=….", invalid);
        }
    }

    private static bool IsGiven(NpgsqlConnectionStringBuilder settings, string name) => settings.ShouldSerialize(name);
}
