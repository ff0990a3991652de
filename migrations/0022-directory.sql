-- Before a doctor is put out of use the directory says how many patients are his.
create index patient_of_attending on patient (attending_id) where attending_id is not null and is_active;
