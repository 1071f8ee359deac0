namespace Ingester.Postgres.Connections;

/// <summary>An operation of the database failed; the message is one sentence that names the database and the reason. It never contains a password.</summary>
internal sealed class DatabaseException(string message, bool permanent, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True when a retry cannot succeed before an operator acts (wrong password, no permission, a newer schema).</summary>
    public bool IsPermanent { get; } = permanent;
}
