using Ingester.Deriving.Objects;
using Ingester.Postgres.Connections;
using Ingester.Postgres.Loading;
using Npgsql;

namespace Ingester.Databases;

/// <summary>What is loaded, from where, into which database.</summary>
/// <param name="Database">The database.</param>
/// <param name="Address">Its address.</param>
/// <param name="Store">The store of derived objects.</param>
/// <param name="Options">What is loaded.</param>
internal sealed record LoadTarget(NpgsqlDataSource Database, DatabaseAddress Address, DerivedStore Store, LoadOptions Options)
{
    /// <summary>Creates a loader.</summary>
    public DerivedLoader CreateLoader(LoadEvents events) => new(Database, Address, Store, Options, TimeProvider.System, events);
}
