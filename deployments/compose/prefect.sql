CREATE DATABASE prefect OWNER dondoc;
